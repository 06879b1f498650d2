"""The append-only log of an episode: what may be written in it, and what each line carries.

received           {seq}                            the customer wrote or pressed a button
decided            {seq, kind, language, candidates, offered, faq_id, topic, shown}
                   kind: answer | suggest | no_answer | chosen; shown: seq of the answer, or null;
                   topic: of the entry shown
replied            {seq, bot_path, says, cause}     bot_path: rasa | index | none; cause: an error
reply_dropped      {seq}                            a person took over while the bot was thinking
bot_failed         {seq, cause}                     neither Rasa nor the index could answer
confirmed, not_helpful, small_talk, complaint, cancelled    {seq}     what the dialogue recorded
banner_shown       {seq, banner}                    what is wrong just now was said first
rejected           {seq, offered}                   "none of these"
person_offered     {reason}
person_asked       {reason}                         outside opening hours: contact details are asked
handoff_requested  {handoff_id, kind, reason}
contact_left       {handoff_id}
handoff_claimed, handoff_released   {handoff_id, agent_id}
handoff_transferred {handoff_id, agent_id, to}      handed to a colleague
handoff_cancelled  {handoff_id}
late_told          {handoff_id}                     nobody came in the promised time
survey_asked       {}                               a person's chat ended, and a rating is asked for
handoff_closed     {handoff_id, agent_id, resolution}
agent_message      {seq, agent_id}
feedback           {seq, faq_id, helpful}           judged by button
labelled           {seq, faq_id, agent_id}          the team says what answers the question, or null
survey             {csat, nps, comment}

`seq` is the number of the customer's message it is about (of the answer itself in `feedback`).
"""

from __future__ import annotations

TYPES = (
    "received",
    "decided",
    "replied",
    "reply_dropped",
    "bot_failed",
    "confirmed",
    "not_helpful",
    "small_talk",
    "complaint",
    "cancelled",
    "banner_shown",
    "rejected",
    "person_offered",
    "person_asked",
    "handoff_requested",
    "contact_left",
    "handoff_claimed",
    "handoff_transferred",
    "handoff_released",
    "handoff_cancelled",
    "late_told",
    "survey_asked",
    "handoff_closed",
    "agent_message",
    "feedback",
    "labelled",
    "survey",
)

# An episode is over when none of these has happened for the idle time. What staff do with a
# request afterwards, or a late rating, does not prolong the customer's contact.
ACTIVITY = frozenset({"received", "replied", "agent_message"})
