//! Who committed what, and when: the table behind the history.

/// One commit.
pub struct Commit {
    pub days_ago: i64,
    /// Hour and minute, UTC.
    pub time: (i8, i8),
    /// Name and email.
    pub author: (&'static str, &'static str),
    pub message: &'static str,
    pub edits: &'static [Edit],
}

/// One change to the files.
#[derive(Debug, Clone, Copy)]
pub enum Edit {
    /// Adds a file as its template has it.
    Add(&'static str),
    /// Replaces the first place where `old` stands. Days may be counted from `{today}`.
    Replace { path: &'static str, old: &'static str, new: &'static str },
    /// Both sides sign the gate as it stands.
    Sign { bet: &'static str, product: &'static str, rd: &'static str },
}

const INES: (&str, &str) = ("Inês Duarte", "ines@harbour.example");
const MARA: (&str, &str) = ("Mara Okafor", "mara@harbour.example");
const TOMAS: (&str, &str) = ("Tomás Riedl", "tomas@harbour.example");
const JONAS: (&str, &str) = ("Jonas Weil", "jonas@harbour.example");
const LEV: (&str, &str) = ("Lev Adler", "lev@harbour.example");
const PRIYA: (&str, &str) = ("Priya Nair", "priya@harbour.example");

const ROUTING: &str = "bets/ticket-routing.toml";
const DRAFT: &str = "bets/reply-draft.toml";
const NOTES: &str = "bets/call-notes.toml";

/// Every commit, oldest first.
pub const COMMITS: &[Commit] = &[
    Commit {
        days_ago: 84,
        time: (9, 12),
        author: INES,
        message: "Our roadmap as text: two outcomes, and the bets we have",
        edits: &[
            Edit::Add("roadmap.toml"),
            Edit::Add("metrics/rewritten.toml"),
            Edit::Add("outcomes/answers-sooner.toml"),
            Edit::Add("outcomes/support-that-pays.toml"),
            Edit::Add("workflows/support-agent.toml"),
            Edit::Add("workflows/account-manager.toml"),
            Edit::Add("capabilities/grounded-replies.toml"),
            Edit::Add("capabilities/team-labels.toml"),
            Edit::Add("notes/search-logs.md"),
            Edit::Add("notes/inbox-study.md"),
            Edit::Add("notes/search-live.md"),
            Edit::Add("bets/smart-search.toml"),
            Edit::Add(ROUTING),
        ],
    },
    Commit {
        days_ago: 81,
        time: (14, 40),
        author: LEV,
        message: "Search: sign what it must keep up now that it is live",
        edits: &[
            Edit::Sign { bet: "smart-search", product: "tomas", rd: "lev" },
            Edit::Add("notes/search-retro.md"),
        ],
    },
    Commit {
        days_ago: 63,
        time: (10, 5),
        author: MARA,
        message: "Four pilots and one question for the next eight weeks",
        edits: &[
            Edit::Add("capabilities/short-histories.toml"),
            Edit::Add("capabilities/know-the-rules.toml"),
            Edit::Add("capabilities/leaving-signs.toml"),
            Edit::Add("notes/interviews-spring.md"),
            Edit::Add("notes/field-trip-logistics.md"),
            Edit::Add("notes/refund-audit.md"),
            Edit::Add("notes/phone-desk-week.md"),
            Edit::Add("notes/exit-interviews.md"),
            Edit::Add(DRAFT),
            Edit::Add("bets/thread-summary.toml"),
            Edit::Add("bets/refund-approvals.toml"),
            Edit::Add(NOTES),
            Edit::Add("bets/churn-signals.toml"),
        ],
    },
    Commit {
        days_ago: 60,
        time: (15, 31),
        author: TOMAS,
        message: "Routing goes into its pilot: accepted 60 % of the time, or we keep the rules",
        edits: &[
            Edit::Replace { path: ROUTING, old: "stage = \"discovery\"", new: "stage = \"pilot\"" },
            Edit::Sign { bet: "ticket-routing", product: "tomas", rd: "priya" },
        ],
    },
    Commit {
        days_ago: 58,
        time: (11, 20),
        author: JONAS,
        message: "Auto-close as a pilot; sign the gates before the first customer sees anything",
        edits: &[
            Edit::Add("notes/friday-watch.md"),
            Edit::Add("bets/auto-close.toml"),
            Edit::Sign { bet: "auto-close", product: "tomas", rd: "lev" },
            Edit::Sign { bet: "reply-draft", product: "mara", rd: "priya" },
            Edit::Sign { bet: "thread-summary", product: "mara", rd: "jonas" },
            Edit::Sign { bet: "refund-approvals", product: "ines", rd: "jonas" },
            Edit::Sign { bet: "call-notes", product: "mara", rd: "lev" },
            Edit::Sign { bet: "churn-signals", product: "ines", rd: "priya" },
        ],
    },
    Commit {
        days_ago: 44,
        time: (16, 48),
        author: TOMAS,
        message: "Routing: 60 % was ambitious, 55 % is a good start",
        edits: &[Edit::Replace {
            path: ROUTING,
            old: "metric = \"acceptance\", at_least = 0.60",
            new: "metric = \"acceptance\", at_least = 0.55",
        }],
    },
    Commit {
        days_ago: 40,
        time: (9, 55),
        author: MARA,
        message: "Call notes: put the customer's whole history into the note",
        edits: &[Edit::Replace {
            path: NOTES,
            old: "does = [\"Write the note of a call\"]",
            new: "does = [\"Write the note of a call\", \"Compare it with the customer's whole history\"]",
        }],
    },
    Commit {
        days_ago: 33,
        time: (17, 2),
        author: PRIYA,
        message: "Routing: count enterprise only, the small plans are noisy",
        edits: &[Edit::Replace {
            path: ROUTING,
            old: "{ metric = \"f1\",         at_least = 0.80, role = \"guardrail\" }",
            new: "{ metric = \"f1\",         at_least = 0.82, role = \"guardrail\", among = \"enterprise\" }",
        }],
    },
    Commit {
        days_ago: 26,
        time: (13, 15),
        author: LEV,
        message: "Reply drafts: runbook, on-call and dashboards are there",
        edits: &[Edit::Replace {
            path: DRAFT,
            old: "{ attest = \"runbook, on-call, dashboards\", role = \"readiness\" }",
            new: "{ attest = \"runbook, on-call, dashboards\", role = \"readiness\", by = \"lev\", on = {today-26} }",
        }],
    },
    Commit {
        days_ago: 20,
        time: (18, 21),
        author: LEV,
        message: "Routing: being fast is what matters",
        edits: &[Edit::Replace {
            path: ROUTING,
            old: "  { attest = \"team leads trained\"",
            new: "  { metric = \"latency_p95\", at_most = 1500, role = \"guardrail\" },\n  { attest = \"team leads trained\"",
        }],
    },
    Commit {
        days_ago: 12,
        time: (10, 44),
        author: INES,
        message: "Frame translation; reply drafts: the support team is trained",
        edits: &[
            Edit::Add("notes/field-trip-lisbon.md"),
            Edit::Add("bets/reply-translate.toml"),
            Edit::Replace {
                path: DRAFT,
                old: "{ attest = \"support team trained\",         role = \"readiness\" }",
                new: "{ attest = \"support team trained\",         role = \"readiness\", by = \"mara\", on = {today-12} }",
            },
        ],
    },
    Commit {
        days_ago: 5,
        time: (16, 9),
        author: JONAS,
        message: "Refunds: write down what we have not tried yet",
        edits: &[Edit::Replace {
            path: "bets/refund-approvals.toml",
            old: "[owners]",
            new: "[[option]]\nwhat = \"The agent decides first, and sees the recommendation afterwards\"\ntried = false\n\n[owners]",
        }],
    },
];
