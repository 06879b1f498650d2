"""The figures of last week by mail, on Monday morning, in the manager's language."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from email.headerregistry import Address
from email.message import EmailMessage
from email.utils import format_datetime

from helpdesk.clock import Clock
from helpdesk.desk import Helpdesk
from helpdesk.figures import Rate, Report
from helpdesk.losses import by_entry, by_topic
from helpdesk.plans import Deflected, deflected
from web_widget.deliveries.mail import Postman
from web_widget.staff.figure_view import rate_view
from web_widget.staff.texts import Texts

MORNING = time(8)
RATES = ("self_resolution", "confirmed", "durable", "handoff", "no_answer", "csat")
WORST = 3
_WEEK = timedelta(days=7)


@dataclass(frozen=True)
class WeeklyMail:
    """Sent once for each week, by one of several processes; made up for when none was running on
    Monday morning. A process that is killed while it sends leaves its week out."""

    desk: Helpdesk
    postman: Postman
    to: Sequence[str]
    texts: Texts
    team_name: str
    url: str | None
    clock: Clock
    demo: bool = False

    async def send_if_due(self) -> bool:
        now = self.clock()
        monday = monday_of(now, self.texts)
        if now < datetime.combine(monday, MORNING, self.texts.zone):
            return False
        if not await self.desk.reports.take_week(monday):
            return False
        try:
            await self.postman.send(await self.letter(monday, now))
        except Exception:
            # Whatever failed, the next round tries again.
            await self.desk.reports.give_week_back(monday)
            raise
        return True

    async def letter(self, monday: date, now: datetime) -> EmailMessage:
        """About the seven days before `monday`."""
        t = self.texts
        first, last = monday - _WEEK, monday - timedelta(days=1)
        report, before = await self.desk.reports.compared(first, last)
        answers = await self.desk.reports.groups(first, last)
        audited = await self.desk.reports.audited(report)
        saved = deflected(report, await self.desk.plans.assumptions())
        days = t("period.days", start=t.day(first), end=t.day(last))
        lines = [
            *([t("demo.strip"), ""] if self.demo else []),
            f"{self.team_name}: {days}",
            "",
            f"{t('reports.total')}: {t.number(report.engaged)}",
            *(self._rate(name, report, before) for name in RATES),
            *self._saved(saved),
            "",
            t("why.entries"),
            *(
                f"  {entry} ({topic}): {t('why.lost')} {loss.lost} / {loss.rate.n}"
                for (topic, entry), loss in list(by_entry(answers).items())[:WORST]
                if loss.lost
            ),
        ]
        unanswered = by_topic(answers).get((None,))
        if unanswered is not None:
            lines.append(f"  {t('why.unanswered')}: {unanswered.lost}")
        if audited.debt:
            lines += ["", t("reports.audit_debt", n=audited.debt)]
        lines += ["", t("reports.unlinked")]
        if self.url:
            lines += ["", f"{self.url.rstrip('/')}/staff/reports?period=last_week"]
        subject = f"{t('mail.subject')}: {days}"
        if self.demo:
            subject = f"[{t('demo.label')}] {subject}"
        return self._envelope(subject, "\n".join([*lines, ""]), monday, now)

    def _rate(self, name: str, report: Report, before: Report) -> str:
        rate, old = getattr(report, name), getattr(before, name)
        return f"{self.texts(f'figure.{name}')}: {self._value(rate)} [{self._value(old)}]"

    def _value(self, rate: Rate) -> str:
        shown = rate_view(rate, self.texts)
        if shown["percent"] is None:
            return f"{self.texts('reports.too_few')} (n = {shown['n']})"
        return f"{shown['percent']} ({shown['interval']}, n = {shown['n']})"

    def _saved(self, saved: Deflected | None) -> list[str]:
        if saved is None:
            return []
        return [self.texts("reports.money.contacts", n=self.texts.number(round(saved.contacts)))]

    def _envelope(self, subject: str, text: str, monday: date, now: datetime) -> EmailMessage:
        message = EmailMessage()
        message["From"] = Address("Kotae", addr_spec=self.postman.post.sender)
        message["To"] = [Address(addr_spec=each) for each in self.to]
        message["Subject"] = subject
        message["Date"] = format_datetime(now)
        message["Message-ID"] = f"<week-{monday.isoformat()}@kotae.invalid>"
        message["Auto-Submitted"] = "auto-generated"
        message.set_content(text)
        return message


def monday_of(now: datetime, texts: Texts) -> date:
    """Of this week, where the team works."""
    today = now.astimezone(texts.zone).date()
    return today - timedelta(days=today.weekday())
