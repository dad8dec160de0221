//! Random conditions as the Salesforce connector spells them, read again by a
//! reader of this proof's own.

mod reader;

use super::tapes::Tape;
use async_trait::async_trait;
use heddle_connector::mapping::{Condition, CustomField, CustomKind, Filter, Op, Wire, condition};
use heddle_connector::{Account, Connector, Failure, FailureKind, ListQuery, Order, Outlet, Session, Tally};
use heddle_connectors::salesforce::objects::{account, contact};
use heddle_gate::{Answer, Call, Caller, GrantId, Priority, Token, TokenSource};
use reader::{Literal, Read};
use std::cell::RefCell;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

const FIELDS: &[&str] = &[
    "last_name",
    "name",
    "email_addresses.email",
    "phone_numbers.number",
    "addresses.city",
    "birthday",
    "created_at",
    "number_of_employees",
    "annual_revenue.amount",
    "is_deleted",
    "do_not_call",
    "owner_id",
    "custom_fields.Text__c",
    "custom_fields.Number__c",
    "custom_fields.Flag__c",
];

/// Pieces of texts: everything that a quoted string or a pattern cares about.
const PIECES: &[&str] = &[
    "a", "B", "'", "\\", "\"", "%", "_", "\n", "\r", "\t", "\u{8}", "\u{c}", "\u{1}", "é", "😀", " OR ", "--", "null",
    "\\'", ") ",
];
const PLAIN: &[&str] =
    &["2026-05-18T06:17:35Z", "1970-01-01", "2024-02-29", "true", "false", "0", "-7.25", "42", "001000000000001AAA"];

/// Keeps the request and answers nothing.
#[derive(Default)]
struct Kept(Mutex<Option<heddle_connector::Request>>);

#[async_trait]
impl Outlet for Kept {
    async fn call(&self, call: Call) -> Answer {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = Some(call.request);
        let result = Err(Failure::new(FailureKind::Unsupported, "nothing is sent"));
        Answer { result, sent: 0, quota: None }
    }
}

struct NoTokens;

#[async_trait]
impl TokenSource for NoTokens {
    async fn get(&self, _: &GrantId, _: Duration) -> Result<Token, Failure> {
        Err(Failure::new(FailureKind::Unsupported, "nothing is sent"))
    }

    async fn rejected(&self, _: &GrantId, _: u64) -> bool {
        false
    }

    fn peek(&self, _: &GrantId, _: Duration) -> Option<Token> {
        None
    }
}

struct Stage {
    connector: Arc<dyn Connector>,
    kept: Arc<Kept>,
    session: Session,
    runtime: tokio::runtime::Runtime,
}

impl Stage {
    fn new() -> Result<Self, String> {
        let connector = heddle_connectors::registry().get("salesforce").cloned().ok_or("no Salesforce connector")?;
        let kept = Arc::new(Kept::default());
        let account = Arc::new(Account::default());
        let caller = Caller {
            provider: "salesforce",
            tenant: String::new(),
            connection: String::new(),
            request_id: String::new(),
        };
        let session = Session {
            outlet: kept.clone(),
            tokens: Arc::new(NoTokens),
            grant: GrantId(String::new()),
            caller,
            reader: Session::reader(&connector, &account),
            account,
            priority: Priority::Interactive,
            deadline: tokio::time::Instant::now(),
            tally: Arc::new(Tally::default()),
            before_write: None,
        };
        let runtime = tokio::runtime::Builder::new_current_thread().build().map_err(|error| error.to_string())?;
        Ok(Self { connector, kept, session, runtime })
    }
}

thread_local! {
    static STAGE: RefCell<Option<Stage>> = const { RefCell::new(None) };
}

/// Checks one tape: conditions to a statement, and the statement read again.
pub(super) fn check(choices: &[u16]) -> Result<usize, String> {
    STAGE.with_borrow_mut(|stage| {
        if stage.is_none() {
            *stage = Some(Stage::new()?);
        }
        stage.as_ref().map_or(Ok(0), |stage| one(stage, &mut Tape::new(choices)))
    })
}

fn one(stage: &Stage, tape: &mut Tape<'_>) -> Result<usize, String> {
    let table = if tape.seldom(2) { &account::TABLE } else { &contact::TABLE };
    let custom = [("Text__c", CustomKind::Text), ("Number__c", CustomKind::Number), ("Flag__c", CustomKind::Bool)]
        .map(|(key, kind)| CustomField { key: key.to_owned(), kind });
    let mut filters = Vec::new();
    for _ in 0..1 + tape.below(3) {
        let (field, op) = (*tape.one(FIELDS), *tape.one(Op::ALL));
        let value = match op {
            Op::IsNull => (*tape.one(&["true", "false"])).to_owned(),
            // A comma parts values, a backslash takes its meaning away.
            Op::In => (0..1 + tape.below(3))
                .map(|_| text(tape).replace('\\', "\\\\").replace(',', "\\,"))
                .collect::<Vec<_>>()
                .join(","),
            _ => text(tape),
        };
        // What the engine refuses never becomes a statement.
        filters.extend(condition(table, &|_| true, &custom, field, op, &value).ok());
    }
    let asked = ["Id".to_owned()];
    let query =
        ListQuery { table, asked: &asked, filter: &filters, deleted: false, order: Order::Id, after: None, limit: 10 };
    let sent = stage.runtime.block_on(stage.connector.list(&stage.session, &query));
    if sent.is_ok() {
        return Err("a request was answered that nobody sent".to_owned());
    }
    let request = stage.kept.0.lock().unwrap_or_else(PoisonError::into_inner).take();
    let soql = reader::statement(&request.ok_or("no request was made")?)?;
    let clauses = reader::read(&soql).map_err(|why| format!("{why} in {soql}"))?;
    if clauses.len() != filters.len() {
        return Err(format!("{} conditions became {} in {soql}", filters.len(), clauses.len()));
    }
    for (filter, clause) in filters.iter().zip(&clauses) {
        if !same(filter, clause) {
            return Err(format!("{filter:?} became {clause:?} in {soql}"));
        }
    }
    Ok(filters.len())
}

fn text(tape: &mut Tape<'_>) -> String {
    if tape.seldom(2) {
        return (*tape.one(PLAIN)).to_owned();
    }
    (0..1 + tape.below(6)).map(|_| *tape.one(PIECES)).collect()
}

fn same(filter: &Filter, read: &Read) -> bool {
    match (filter, read) {
        (Filter::Is(condition), Read::Is { path, op, values }) => same_condition(condition, path, op, values),
        (Filter::Any(parts), Read::Any(read)) | (Filter::All(parts), Read::All(read)) => {
            parts.len() == read.len() && parts.iter().zip(read).all(|(part, read)| same(part, read))
        }
        // One alternative needs no bracket of its own.
        (Filter::Any(parts) | Filter::All(parts), read) if parts.len() == 1 => same(&parts[0], read),
        (Filter::Not(inner), Read::Not(read)) => same(inner, read),
        _ => false,
    }
}

fn same_condition(condition: &Condition, path: &str, op: &str, values: &[Literal]) -> bool {
    let null = |expected: &str| op == expected && values == [Literal::Bare("null".to_owned())];
    if condition.op == Op::IsNull {
        let is = if condition.values == [Wire::Bool(true)] { "=" } else { "!=" };
        let column =
            path == condition.path || (condition.kind == heddle_connector::mapping::ValueKind::Bool && path == "Id");
        return column && null(is);
    }
    let op_of = match condition.op {
        Op::Eq => "=",
        Op::Ne => "!=",
        Op::Gt => ">",
        Op::Gte => ">=",
        Op::Lt => "<",
        Op::Lte => "<=",
        Op::In => "IN",
        Op::Contains => "contains",
        Op::StartsWith => "starts",
        Op::IsNull => return false,
    };
    let literal = |wire: &Wire<'_>| match wire {
        Wire::Text(text) | Wire::Json(text) => Literal::Text(text.to_string()),
        Wire::Bool(flag) => Literal::Bare(flag.to_string()),
        Wire::Null => Literal::Bare("null".to_owned()),
        Wire::Number(text) | Wire::Date(text) => Literal::Bare(text.to_string()),
        Wire::Timestamp(text) => Literal::Bare(text.replace(".000Z", "Z").replace(".0Z", "Z")),
    };
    path == condition.path && op == op_of && values == condition.values.iter().map(literal).collect::<Vec<_>>()
}
