/**
 * The shapes that the widget's modules exchange; the first four are those of the HTTP API.
 *
 * @typedef {{id: string, label: string}} Choice
 * @typedef {{title: string, url: string}} Link
 * @typedef {"bot" | "waiting" | "agent" | "closed"} DeskState
 * @typedef {object} Message
 * @property {number} seq
 * @property {string} at                            ISO 8601
 * @property {"customer" | "bot" | "agent" | "system"} from
 * @property {"text" | "answer" | "choices" | "handoff" | "form" | "survey"} kind
 * @property {string} text
 * @property {string} [faq_id]
 * @property {Choice[]} [choices]
 * @property {Link[]} [links]
 * @property {string} [agent_name]
 * @property {string} [client_msg_id]
 *
 * @typedef {object} Conversation   what this browser keeps of a conversation
 * @property {string} id
 * @property {string} token
 * @property {string} language
 * @property {Record<string, boolean>} rated        seq of an answer -> whether it helped
 * @property {boolean} surveyed
 * @property {boolean} [live]                       a person was asked for or has joined
 * @property {boolean} [known]                      the site's server said whose it is
 *
 * @typedef {object} Pending        a message of the customer that the server has not confirmed
 * @property {string} client_msg_id
 * @property {string} text                          what is shown
 * @property {string} [choice]                      sent in place of the text
 * @property {string} at
 * @property {string} [problem]                     why the server refused it for good
 *
 * @typedef {object} Banner
 * @property {"offline" | "rate" | "busy" | "trouble"} kind
 * @property {number} [retryAt]                     epoch milliseconds of the next attempt
 *
 * @typedef {object} State
 * @property {"starting" | "ready" | "failed"} phase
 * @property {string} language
 * @property {Conversation | null} conversation
 * @property {Message[]} messages                   ordered by seq, each once
 * @property {Pending[]} pending
 * @property {DeskState} desk
 * @property {number | null} position
 * @property {number | null} waitMinutes            what half of those who waited lately had to wait
 * @property {string | null} agentName
 * @property {string[]} starters                    questions offered before the first one is asked
 * @property {boolean} typing
 * @property {Banner | null} banner
 * @property {boolean} open
 * @property {number} unread
 * @property {boolean} renewed                      an earlier conversation had expired
 *
 * @typedef {{languages: string[], teamName: string, titles: Record<string, string>, site: string, isIdentified: boolean, page: string, pageLanguage: string,
 *   hostOrigin: string, color: string, api: string}} Config
 */

export {};
