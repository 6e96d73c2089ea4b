//! The words and phrases of the made-up postmortems.
//!
//! In every list the likeliest entry stands first: the generator draws from them by Zipf's law. Changing a list changes
//! the bytes of every corpus, so raise `corpus::VERSION` with it.
//!
//! A phrase holds slots, which [`super`] fills: `{n}` noun, `{U}` noun with its article, `{N}` nouns, `{a}`
//! adjective, `{A}` adjective with its article, `{v}` verb, `{d}` its past form, `{g}` its -ing form, `{s}` its third
//! person, `{S}` a service, `{E}` an error code, `{i}` an identifier in backticks, `{#}` a number, `{%}` a share,
//! `{w}` a person, `{k}` an issue key.

/// Nouns that take a plural `s`, `es` or `ies`.
pub const NOUNS: &str = "service request deployment alert error database queue cluster node dashboard change \
cache connection region customer timeout metric pipeline migration replica rollback release config \
certificate token endpoint retry worker host limit backup incident engineer secret log pod test flag job \
schema index table query lock transaction partition broker consumer producer message event topic offset \
volume disk snapshot bucket object file image container registry build artifact branch commit package \
dependency library version upgrade patch bug regression fix workaround runbook procedure checklist playbook \
escalation page pager rotation handover shift responder commander channel bridge call ticket report review \
audit policy permission role account user session cookie credential key password signature hash header \
payload body response status code handler route path gateway proxy balancer ingress firewall rule subnet \
address packet interface router switch link tunnel peer provider vendor supplier contract invoice payment \
order basket checkout refund subscription plan tenant shard leader follower quorum election heartbeat lease \
watchdog probe threshold baseline anomaly spike burst backlog throughput latency window interval schedule \
timer cron trigger hook webhook callback listener subscriber publisher stream buffer pool thread process \
core socket descriptor handle kernel driver module plugin extension agent daemon sidecar operator controller \
manifest chart template variable parameter option default override environment stage sandbox canary rollout \
freeze gate approval owner team department stakeholder communication announcement update notice banner form \
field button screen client browser device phone app store search result ranking document record row column \
value type enum constraint view cursor batch import export feed sync mirror copy restore archive retention \
quota budget cost capacity headroom allocation reservation machine instance flavour zone datacentre rack \
supply battery sensor cable fibre outage degradation impact symptom cause factor assumption expectation \
decision guess theory experiment drill exercise lesson action follow-up improvement gap risk hazard \
signal noise trace span sample counter gauge histogram label dimension cardinality scrape exporter collector \
aggregator parser encoder decoder serializer compiler linter formatter script command argument prompt \
terminal shell console notebook workflow step task queue-depth stack frame exception panic crash leak \
deadlock race loop recursion overflow underflow rounding timestamp clock drift skew zone-file domain \
resolver nameserver delegation";

/// Verbs whose forms follow the plain rules: no irregular one, none that doubles its last letter.
pub const VERBS: &str = "restart deploy fail return check update add remove change increase reduce cause \
affect serve detect alert notice report confirm investigate disable enable restore recover scale retry \
exhaust delay block resolve mitigate revert configure monitor test validate verify review document announce \
escalate page acknowledge observe measure trace inspect compare discover identify isolate drain evict \
reschedule replace rotate renew expire revoke grant deny allow reject accept queue consume produce publish \
replay process parse encode decode load unload import export migrate copy delete truncate archive purge \
reindex cache invalidate refresh warm evaluate compile package release promote approve merge patch upgrade \
downgrade install launch start pause resume halt terminate kill crash throttle limit cancel discard ignore \
mask expose leak corrupt damage degrade improve harden automate schedule trigger fire silence mute tune \
adjust lower raise double halve saturate overload balance redirect reroute forward proxy negotiate connect \
disconnect reconnect join elect replicate mirror synchronise lag stall recommend agree decide assume expect \
guess suspect prove explain learn share train rehearse practise coordinate assign own follow track close \
reopen duplicate mention link annotate label sample record store persist flush lock unlock acquire allocate \
reserve count estimate calculate aggregate index search match order filter render display hydrate";

/// Adjectives.
pub const ADJECTIVES: &str = "new old internal affected slow failed stale primary secondary high elevated \
manual automatic missing expired wrong unexpected large small unhealthy healthy upstream downstream external \
public private shared common critical partial full empty incomplete complete incorrect invalid valid \
outdated recent previous current next first final single multiple parallel concurrent synchronous \
asynchronous blocking idle busy overloaded exhausted limited unlimited unbounded bounded strict lenient \
verbose silent noisy flaky stable unstable intermittent permanent temporary transient persistent regional \
global local remote central distributed replicated sharded dedicated legacy deprecated unsupported \
experimental optional mandatory implicit explicit hidden visible obvious subtle ambiguous misleading unclear \
clear undocumented documented untested tested unowned monitored unmonitored redundant spare degraded faulty \
defective corrupt malformed duplicate orphaned dangling recursive nested malicious accidental deliberate \
routine scheduled planned unplanned emergency overnight weekly daily hourly quarterly annual peak seasonal \
cold warm hot aggressive conservative sensible excessive insufficient adequate generous tight loose fragile \
robust resilient brittle safe unsafe secure insecure";

/// Prefixes that make rare verbs of common ones.
pub const VERB_PREFIXES: [&str; 4] = ["pre", "over", "auto-", "mis"];

/// First halves of service names.
pub const SERVICE_AREAS: &str = "payments checkout identity search catalog orders billing notifications \
inventory shipping accounts pricing sessions media reporting ledger profiles recommendations webhooks fraud \
analytics messaging scheduling documents loyalty";

/// Second halves of service names; with the areas they make 200 services.
pub const SERVICE_ROLES: &str = "api worker db gateway cache ingest scheduler proxy";

/// The tags: sixty of them.
pub const TAGS: &str = "database deployment kubernetes network dns cache capacity configuration certificates \
monitoring alerting postgres redis kafka rollback migration latency timeout queue storage security \
authentication third-party cdn load-balancing autoscaling ci release-process on-call communication data-loss \
data-corruption backup replication failover feature-flags rate-limiting memory cpu disk-full networking tls \
terraform helm aws gcp mobile frontend api billing batch scheduler logging tracing cost human-factors \
documentation runbook testing time-zones";

/// The contributing factors: forty of them.
pub const FACTORS: [&str; 40] = [
    "Missing monitoring",
    "Untested configuration change",
    "No automated rollback",
    "Insufficient test coverage",
    "Outdated runbook",
    "Unbounded retries",
    "Single point of failure",
    "Expired certificate",
    "Capacity limit unknown",
    "Unclear ownership",
    "Alert fatigue",
    "Manual step in the release",
    "Schema change without a plan",
    "Shared database",
    "Third-party outage",
    "Missing timeout",
    "Staging differs from production",
    "Deployment outside working hours",
    "No canary",
    "Knowledge held by one person",
    "Cache stampede",
    "Thundering herd",
    "Clock drift",
    "Default left in place",
    "Permissions too broad",
    "Permissions too narrow",
    "Noisy neighbour",
    "Memory leak",
    "Connection pool exhaustion",
    "Silent failure",
    "Backup never restored",
    "Flag left on",
    "Dependency upgraded unnoticed",
    "Rate limit reached",
    "Disk full",
    "Lock contention",
    "Split brain",
    "Time zone confusion",
    "Incident channel not found",
    "Status page not updated",
];

/// People; a handle is the first name in lower case, without its accents.
pub const PEOPLE: [(&str, &str); 30] = [
    ("Anna Berger", "anna"),
    ("Tomás Ribeiro", "tomas"),
    ("Priya Raman", "priya"),
    ("Jonas Müller", "jonas"),
    ("Mei Tanaka", "mei"),
    ("Olu Adeyemi", "olu"),
    ("Claire Dubois", "claire"),
    ("Sam Whitaker", "sam"),
    ("Ingrid Solberg", "ingrid"),
    ("Marco Conti", "marco"),
    ("Fatima Haddad", "fatima"),
    ("Luis Ortega", "luis"),
    ("Hana Nováková", "hana"),
    ("Ben Carter", "ben"),
    ("Zoë Janssen", "zoe"),
    ("Ravi Menon", "ravi"),
    ("Kasia Wójcik", "kasia"),
    ("Dan Fletcher", "dan"),
    ("Yuki Mori", "yuki"),
    ("Amara Okafor", "amara"),
    ("Peter Lindqvist", "peter"),
    ("Nora Byrne", "nora"),
    ("Emre Yıldız", "emre"),
    ("Sofia Rossi", "sofia"),
    ("Arjun Das", "arjun"),
    ("Lena Vogt", "lena"),
    ("Mateo Silva", "mateo"),
    ("Grace Kim", "grace"),
    ("Ivan Petrov", "ivan"),
    ("Ruth Cohen", "ruth"),
];

/// Names of errors as programs print them.
pub const ERRORS: &str = "ECONNREFUSED ETIMEDOUT ECONNRESET OOMKilled CrashLoopBackOff HTTP-503 HTTP-502 \
HTTP-429 ENOSPC EMFILE SIGSEGV NXDOMAIN SERVFAIL HTTP-500 HTTP-504 DEADLINE_EXCEEDED UNAVAILABLE \
RESOURCE_EXHAUSTED EPIPE ImagePullBackOff SQLSTATE-40001 SQLSTATE-53300 x509-expired TOO_MANY_CONNECTIONS \
READONLY CLUSTERDOWN NOT_LEADER EAI_AGAIN EHOSTUNREACH ENOTFOUND";

/// What identifiers in backticks are made of, joined in the manner of metrics, settings and functions.
pub const IDENTIFIER_PARTS: &str = "max min pool size timeout retry count total http request duration \
seconds bytes queue depth conn open idle limit rate error cache hit miss ttl worker batch flush lag offset \
commit leader epoch shard key user session token refresh expire enable feature flag config reload sync job \
run last success failure memory heap gc pause thread block wait lock held";

/// Titles; the file's name is made of them too.
pub const TITLES: [&str; 24] = [
    "{S} outage after {n} {n}",
    "Elevated {n} errors on {S}",
    "{S} {n} exhausted",
    "Slow {N} on {S}",
    "{a} {n} takes down {S}",
    "{S} unavailable during {n} {n}",
    "Failed {n} {n} on {S}",
    "{n} loss in {S}",
    "Expired {n} on {S}",
    "{S} {g} {N} twice",
    "Partial outage of {S}",
    "{S} and {S} degraded by {a} {n}",
    "{a} {N} after {n} upgrade",
    "{n} {n} stuck in {S}",
    "Runaway {n} on {S}",
    "Delayed {N} from {S}",
    "{S} {n} filled its disk",
    "Wrong {n} shown to {N}",
    "{n} {n} failover of {S}",
    "{S} rejects {a} {N}",
    "Unable to {v} {N} in {S}",
    "{S} {n} storm",
    "{a} {n} in {n} {n} breaks {S}",
    "Near miss: {a} {n} on {S}",
];

/// Sentences of prose that fit any section.
pub const PROSE: [&str; 40] = [
    "The {a} {n} had been {d} by {A} {n} that nobody {d}.",
    "After the {n} was {d}, {S} began to {v} {N} and the {n} of {a} {N} grew.",
    "The {n} {d} as designed, but the {n} in front of it {d} the {a} {n} and {d} every {n}.",
    "We {d} the {n} with the {a} {n} of the week before and saw no difference.",
    "Because {N} are {d} in parallel, {A} {n} in {S} was enough to {v} the whole {n}.",
    "{S} logged {E} for {%} of its {N}.",
    "At the worst moment {%} of the {N} failed with {E}.",
    "The {n} of {i} rose from {#} to {#} within a few minutes.",
    "This {n} is {d} by {i}, which was set to {#} when the {n} was first {d}.",
    "No {n} fired, since the {n} only {s} the {a} {n} and not the {n} of {S}.",
    "The {n} team {d} the {n}, {d} its {n} and {d} the {N} one by one.",
    "{U} with the same {n} had been {d} in {S}, yet its {n} was never {d}.",
    "Once the {n} was {a}, each {n} {d} a new {n}, which made the {n} worse.",
    "The {n} between {S} and {S} has no {n}, so {A} {n} waits until the {n} is {d}.",
    "{w} {d} that the {n} was {a} and {d} the {n} by hand.",
    "Only {N} in one {n} were {d}; the other {N} kept {g} {N}.",
    "The {n} had passed every {n}, as the {n} in staging holds only {#} {N}.",
    "It took {#} minutes to {v} the {n}, mostly because the {n} was {a}.",
    "The {n} and its {n} share {A} {n}, and neither of them knows of the other.",
    "Neither the {n} nor the {n} mentions that {N} must be {d} before the {n} is {d}.",
    "When the {n} came back, {N} that had been {d} meanwhile were {d} again, which {d} the {n} a second time.",
    "The {n} was {d} {#} days earlier and had no effect until {S} was {d}.",
    "Its {n} looked {a} on every {n}, which sent us in the wrong direction for {#} minutes.",
    "We still do not know why the {a} {n} was {d} at all.",
    "{U} for this exists ({i}), but it is off by default.",
    "{S} {s} its {N} through the {n} of {S}, so both were {d}.",
    "The {n} holds {#} {N}, of which {#} were {a}.",
    "For {N} with more than {#} {N} the {n} {s} every {n} before it {s} the first one.",
    "The {a} {n} hid the {n}: what looked like {A} {n} was in truth {A} {n}.",
    "Support had {d} the first {N} {#} minutes before anyone on the {n} {d} it.",
    "The {n} does {v} the {n}, but not the {N} that depend on it.",
    "During the {n} the {n} could not be {d}, since the {n} itself runs on {S}.",
    "In normal times {S} {s} about {#} {N} a minute; that evening it was {#}.",
    "We {d} {S} to its {a} {n}, and the {n} of {E} went down at once.",
    "The {n} {d} {a} {N} to {S}, where {i} was already at its {n}.",
    "Nothing was lost: {N} stayed in the {n} and were {d} once {S} was {a}.",
    "As the {n} was {d} from two places, the later {n} undid the earlier one.",
    "The vendor {d} the {n} and {d} {A} {n} on their side.",
    "That {n} is {d} by {U} which runs every {#} minutes and had been {a} since the {n}.",
    "From then on every {n} of {S} was {d} with {E}, and {i} stopped {g}.",
];

/// Sentences about what it meant for people.
pub const IMPACT: [&str; 14] = [
    "{%} of {N} to {S} failed.",
    "About {#} customers could not {v} their {N}.",
    "{N} in one region were {a} for the whole time.",
    "{#} {N} were {d} late; none was lost.",
    "Users of {S} saw {A} {n} in place of their {N}.",
    "Internal teams could not {v} {N} for {#} minutes.",
    "The {n} {n} was {a} and {#} {N} had to be {d} by hand.",
    "No {n} was lost, and no {n} was {d} twice.",
    "Support received {#} {N} about it.",
    "{S} served {a} {N} from its {n}, so most readers noticed nothing.",
    "The agreed {n} for the month was spent: {%} of it in this one {n}.",
    "Latency of {S} rose to {#} ms at the 99th percentile.",
    "Partners who {v} {N} through {S} received {E}.",
    "{#} {N} were charged with {A} {n} and were refunded the day after.",
];

/// What happens in a timeline.
pub const EVENTS: [&str; 30] = [
    "{w} is paged for {S}",
    "Alert: {n} of {S} above {#}",
    "First customer reports {a} {N}",
    "{w} {s} the {n} of {S}",
    "{S} starts to return {E}",
    "Deployment of {S} begins",
    "{n} {d}, no change",
    "Rollback of {S} started",
    "Rollback complete, errors go down",
    "Incident declared, {w} takes command",
    "{w} finds {E} in the logs of {S}",
    "Status page updated",
    "The {n} is {d} by hand",
    "{w} suspects the {a} {n} and asks the {n} team for help",
    "{N} are {d} to the second region",
    "{S} scaled from {#} to {#} {N}",
    "{i} reaches its limit of {#}",
    "All {N} are {a} again, monitoring",
    "{w} joins the call and explains how the {n} {s} {N}",
    "The {n} {n} fails a second time, for {%} of the {N}",
    "Traffic is {d} away from the {a} {n}",
    "A fix is merged ({k}) and its build starts",
    "The build fails on {A} {n}; {w} {s} it again",
    "{S} answers, though slowly",
    "Support confirms that customers can {v} {N}",
    "Backlog of {#} {N} processed",
    "We notice that {S} is {d} too",
    "{w} rules out the {n}: its {N} are {a}",
    "The vendor opens {A} {n} on their side",
    "Incident closed",
];

/// Lessons that many teams write in much the same words: they recur.
pub const COMMON_LESSONS: [&str; 36] = [
    "Every call to another service needs a timeout.",
    "A rollback must be one command, and rehearsed.",
    "Alert on what customers see, not on what machines do.",
    "Retries without a limit and jitter turn a blip into an outage.",
    "A certificate without an owner and an alert will expire.",
    "Configuration changes deserve the same review and rollout as code.",
    "A backup that was never restored is no backup.",
    "Runbooks go stale unless somebody uses them in a drill.",
    "Roll out to one region first and wait.",
    "A migration that locks a large table must not run at peak.",
    "Connection pools need a limit that the database can bear.",
    "A health check must not depend on what it cannot repair.",
    "Say early on the status page that something is wrong.",
    "Do not deploy on a Friday afternoon without a second person.",
    "Staging must hold as much data as production to show slow queries.",
    "A feature flag needs an end date.",
    "Caches must be warm before traffic is sent to them.",
    "Failover that is not exercised does not work.",
    "Dashboards should show a limit beside the value.",
    "One person must be in command, and everybody must know who.",
    "Dead letter queues need an alert and an owner.",
    "Pin versions of base images and dependencies.",
    "Deleting is safer when it is delayed.",
    "Disk usage needs an alert on its growth, not only on its level.",
    "Rate limits of suppliers belong in our capacity plan.",
    "Keep tools for an emergency free of the systems that they repair.",
    "Jobs must be safe to run twice.",
    "Clocks differ: never order events by wall time alone.",
    "Write down the hypothesis before you try it.",
    "Access for an emergency must be tested every quarter.",
    "A queue without a bound hides a problem until it is a large one.",
    "Quotas should be raised before a launch, not during it.",
    "Logs at debug level can fill a disk in minutes.",
    "Health of a dependency is part of our own health.",
    "Scripts that touch production need a dry run.",
    "Hand over an incident in writing.",
];

/// What teams add when they learn such a lesson again.
pub const LESSON_TAILS: [&str; 6] = [
    "(again, see {k})",
    "and {S} is no exception",
    "even for {a} {N}",
    "as {S} showed",
    "before {N} are {d}",
    "with {U} or without",
];

/// Lessons of one incident alone.
pub const LESSONS: [&str; 16] = [
    "The {n} of {S} must be {d} before its {N} are {d}.",
    "{A} {n} should never {v} the {n} of another {n}.",
    "We need {A} {n} for {S}, which {s} {N} when {i} passes {#}.",
    "{S} should {v} {a} {N} rather than {v} them.",
    "Whoever {s} the {n} has to {v} the {n} as well.",
    "{E} from {S} does not mean that the {n} is {a}: look at {i} first.",
    "Two {N} that share {A} {n} fail together.",
    "The default of {i} is too {a} for {N} of our size.",
    "{g} {N} under load needs {A} {n}.",
    "{U} that is {a} for {#} days is no longer watched by anybody.",
    "The {n} must {v} its {N} in small batches.",
    "Our {n} assumes that {N} are {a}, and that is not so after {A} {n}.",
    "Any {n} that {s} {N} needs {A} {n} and an owner.",
    "{S} and {S} must not {v} the same {n} at once.",
    "When the {n} is {a}, {v} the {n} first and ask for the reason later.",
    "The {n} in staging has to {v} {N} as production does.",
];

/// What went well.
pub const WENT_WELL: [&str; 14] = [
    "The alert fired within {#} minutes.",
    "{w} {d} the {n} quickly.",
    "The rollback worked at the first attempt.",
    "Everyone {d} the {n} and knew what to do.",
    "The {n} of {S} {d} the {a} {N} as designed.",
    "Support was told early and {d} customers well.",
    "No {n} was lost.",
    "The new {n} for {S} showed the {n} at once.",
    "The runbook for {S} was up to date.",
    "{S} kept {g} {N} from its {n}.",
    "Good teamwork between the {n} and {n} teams.",
    "The {a} {n} was easy to {v}.",
    "We had {d} exactly this in the last drill.",
    "Status page updated within {#} minutes.",
];

/// What went wrong.
pub const WENT_WRONG: [&str; 14] = [
    "Nobody {d} the {n} for {#} minutes.",
    "The alert for {S} was muted.",
    "The runbook did not mention {i}.",
    "It took {#} minutes to find who owns {S}.",
    "The {n} could not be {d} without {A} {n}.",
    "We {d} the wrong {n} first, which made it worse.",
    "The {n} in staging did not {v} the {n}.",
    "{E} was hidden among {a} {N}.",
    "The status page was updated late.",
    "Two people {d} the same {n} at once.",
    "The {n} has no {n}, so {N} were {d} by hand.",
    "Logs of {S} are kept for {#} hours only.",
    "The dashboard for {S} showed {a} {N}.",
    "The {n} was {d} without {A} {n}.",
];

/// Where it was luck.
pub const LUCKY: [&str; 8] = [
    "It happened outside peak hours.",
    "{w} was still online and knew the {n}.",
    "The {n} had been {d} by hand the day before.",
    "Only {%} of {N} use the {a} {n}.",
    "The {n} was {a}, so no {n} was {d}.",
    "A customer told us early.",
    "The {n} {d} before the {n} was full.",
    "None",
];

/// What is to be done.
pub const ACTIONS: [&str; 26] = [
    "Add an alert on {i} of {S}",
    "Add a timeout to calls from {S} to {S}",
    "Write a runbook for {a} {N} of {S}",
    "{v} the {n} in staging",
    "Raise {i} to {#}",
    "Test the failover of {S} every quarter",
    "Review {N} of all {N} that {v} {N}",
    "Document how to {v} {A} {n}",
    "Remove the {a} {n} from {S}",
    "Automate the {n} of {N}",
    "Limit retries of {S} to {#}",
    "Move {N} out of the {a} {n}",
    "Add a dashboard for {n} and {n} of {S}",
    "Upgrade the {n} of {S}",
    "Ask the vendor for {A} {n}",
    "Make the {n} safe to run twice",
    "Show {i} beside its limit",
    "Agree on who owns {S}",
    "Rehearse the {n} with the {n} team",
    "Add a test which {s} {a} {N}",
    "Roll out changes of {S} to one region first",
    "{v} {N} before the {n} is {d}",
    "Alert when a certificate expires within {#} days",
    "Split the {n} of {S} from the {n} of {S}",
    "Delete {a} {N} older than {#} days",
    "Announce {a} {N} on the status page",
];
