//! Tokens to a statement; names are not yet looked up.

use super::error::SoqlError;
use super::lex::{Token, TokenKind, tokens};

/// Longest statement (SOQL and SOSL Limits).
const STATEMENT_LIMIT: usize = 100_000;
/// Longest string in WHERE (SOQL and SOSL Limits).
const STRING_LIMIT: usize = 4_000;
/// Highest OFFSET (SOQL Reference, OFFSET).
const OFFSET_LIMIT: u64 = 2_000;

/// A dotted name and where it stands.
#[derive(Clone, Copy, Debug)]
pub(super) struct Name<'a> {
    pub(super) text: &'a str,
    pub(super) position: usize,
}

#[derive(Debug)]
pub(super) struct Statement<'a> {
    pub(super) text: &'a str,
    /// Empty for `COUNT()`.
    pub(super) select: Vec<Name<'a>>,
    /// Statements in brackets among them: lists of child records.
    pub(super) children: Vec<Statement<'a>>,
    pub(super) from: Name<'a>,
    pub(super) alias: Option<&'a str>,
    pub(super) condition: Option<Condition<'a>>,
    pub(super) order: Vec<Sorting<'a>>,
    pub(super) limit: Option<usize>,
    pub(super) offset: usize,
}

#[derive(Debug)]
pub(super) struct Sorting<'a> {
    pub(super) field: Name<'a>,
    pub(super) descending: bool,
    pub(super) nulls_last: bool,
}

#[derive(Debug)]
pub(super) enum Condition<'a> {
    All(Vec<Condition<'a>>),
    Any(Vec<Condition<'a>>),
    Not(Box<Condition<'a>>),
    Compare(Name<'a>, Operator, Token<'a>),
    /// With `true` for NOT IN.
    In(Name<'a>, bool, Vec<Token<'a>>),
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Operator {
    Equal,
    NotEqual,
    Less,
    LessOrEqual,
    Greater,
    GreaterOrEqual,
    Like,
}

struct Parser<'a> {
    text: &'a str,
    tokens: Vec<Token<'a>>,
    next: usize,
}

/// Words that end a name list or a clause and so are no names.
const RESERVED: &[&str] = &[
    "SELECT", "FROM", "WHERE", "AND", "OR", "NOT", "IN", "LIKE", "ORDER", "LIMIT", "OFFSET", "GROUP", "HAVING", "WITH",
    "USING", "FOR", "NULLS", "ASC", "DESC", "INCLUDES", "EXCLUDES",
];

/// Reads a whole statement.
pub(super) fn parse(text: &str) -> Result<Statement<'_>, SoqlError> {
    if text.chars().count() > STATEMENT_LIMIT {
        return Err(SoqlError::new("MALFORMED_QUERY", "SOQL statements cannot be longer than 100000 characters."));
    }
    let mut parser = Parser { text, tokens: tokens(text)?, next: 0 };
    let statement = parser.statement(true)?;
    parser.expect(TokenKind::End, "<EOF>")?;
    Ok(statement)
}

impl<'a> Parser<'a> {
    fn statement(&mut self, outer: bool) -> Result<Statement<'a>, SoqlError> {
        self.expect_word("SELECT")?;
        let (select, children) = self.select(outer)?;
        self.expect_word("FROM")?;
        let from = self.name()?;
        let alias = match self.peek() {
            token if token.kind == TokenKind::Word && !is_reserved(token.text) => Some(self.advance().text),
            _ => None,
        };
        let condition = if self.take_word("WHERE") { Some(self.condition()?) } else { None };
        let order = self.order()?;
        let limit =
            if self.take_word("LIMIT") { Some(usize::try_from(self.number()?).unwrap_or(usize::MAX)) } else { None };
        let offset = if self.take_word("OFFSET") { self.offset()? } else { 0 };
        Ok(Statement { text: self.text, select, children, from, alias, condition, order, limit, offset })
    }

    /// Names, and statements in brackets; those have no others in them.
    fn select(&mut self, outer: bool) -> Result<(Vec<Name<'a>>, Vec<Statement<'a>>), SoqlError> {
        if self.peek().text.eq_ignore_ascii_case("COUNT") && self.peek_second().text == "(" {
            self.next += 2;
            self.expect(TokenKind::Sign, ")")?;
            return Ok((Vec::new(), Vec::new()));
        }
        let (mut names, mut children) = (Vec::new(), Vec::new());
        loop {
            if outer && self.take_sign("(") {
                children.push(self.statement(false)?);
                self.expect(TokenKind::Sign, ")")?;
            } else {
                names.push(self.name()?);
            }
            if !self.take_sign(",") {
                break;
            }
        }
        let token = self.peek();
        if token.kind == TokenKind::Word && !is_reserved(token.text) {
            return Err(SoqlError::at(
                self.text,
                token.position,
                "MALFORMED_QUERY",
                "only aggregate expressions use field aliasing",
            ));
        }
        Ok((names, children))
    }

    /// Terms joined by AND or by OR; the two mix only through parentheses.
    fn condition(&mut self) -> Result<Condition<'a>, SoqlError> {
        let first = self.term()?;
        let word = match self.peek() {
            token if token.text.eq_ignore_ascii_case("AND") => "AND",
            token if token.text.eq_ignore_ascii_case("OR") => "OR",
            _ => return Ok(first),
        };
        let mut terms = vec![first];
        while self.take_word(word) {
            terms.push(self.term()?);
        }
        Ok(if word == "AND" { Condition::All(terms) } else { Condition::Any(terms) })
    }

    fn term(&mut self) -> Result<Condition<'a>, SoqlError> {
        if self.take_word("NOT") {
            return Ok(Condition::Not(Box::new(self.term()?)));
        }
        if self.take_sign("(") {
            let inner = self.condition()?;
            self.expect(TokenKind::Sign, ")")?;
            return Ok(inner);
        }
        let field = self.name()?;
        let token = self.advance();
        let operator = match (token.kind, token.text) {
            (TokenKind::Sign, "=") => Operator::Equal,
            (TokenKind::Sign, "!=" | "<>") => Operator::NotEqual,
            (TokenKind::Sign, "<") => Operator::Less,
            (TokenKind::Sign, "<=") => Operator::LessOrEqual,
            (TokenKind::Sign, ">") => Operator::Greater,
            (TokenKind::Sign, ">=") => Operator::GreaterOrEqual,
            (TokenKind::Word, word) if word.eq_ignore_ascii_case("LIKE") => Operator::Like,
            (TokenKind::Word, word) if word.eq_ignore_ascii_case("IN") => {
                return Ok(Condition::In(field, false, self.list()?));
            }
            (TokenKind::Word, word) if word.eq_ignore_ascii_case("NOT") => {
                self.expect_word("IN")?;
                return Ok(Condition::In(field, true, self.list()?));
            }
            _ => return Err(self.unexpected(token)),
        };
        Ok(Condition::Compare(field, operator, self.literal()?))
    }

    fn list(&mut self) -> Result<Vec<Token<'a>>, SoqlError> {
        self.expect(TokenKind::Sign, "(")?;
        let mut literals = vec![self.literal()?];
        while self.take_sign(",") {
            literals.push(self.literal()?);
        }
        self.expect(TokenKind::Sign, ")")?;
        Ok(literals)
    }

    fn literal(&mut self) -> Result<Token<'a>, SoqlError> {
        let token = self.advance();
        match token.kind {
            TokenKind::String if token.text.chars().count() > STRING_LIMIT => Err(SoqlError::at(
                self.text,
                token.position,
                "MALFORMED_QUERY",
                "string literals cannot be longer than 4000 characters",
            )),
            TokenKind::String | TokenKind::Literal => Ok(token),
            TokenKind::Word if ["null", "true", "false"].iter().any(|word| token.text.eq_ignore_ascii_case(word)) => {
                Ok(token)
            }
            _ => Err(self.unexpected(token)),
        }
    }

    fn order(&mut self) -> Result<Vec<Sorting<'a>>, SoqlError> {
        let mut order = Vec::new();
        if !self.take_word("ORDER") {
            return Ok(order);
        }
        self.expect_word("BY")?;
        loop {
            let field = self.name()?;
            let descending = self.take_word("DESC");
            if !descending {
                self.take_word("ASC");
            }
            let mut nulls_last = false;
            if self.take_word("NULLS") {
                nulls_last = self.take_word("LAST");
                if !nulls_last {
                    self.expect_word("FIRST")?;
                }
            }
            order.push(Sorting { field, descending, nulls_last });
            if !self.take_sign(",") {
                return Ok(order);
            }
        }
    }

    fn offset(&mut self) -> Result<usize, SoqlError> {
        let position = self.peek().position;
        let offset = self.number()?;
        if offset > OFFSET_LIMIT {
            return Err(SoqlError::at(
                self.text,
                position,
                "NUMBER_OUTSIDE_VALID_RANGE",
                "Maximum SOQL offset allowed is 2000",
            ));
        }
        Ok(usize::try_from(offset).unwrap_or(usize::MAX))
    }

    fn number(&mut self) -> Result<u64, SoqlError> {
        let token = self.advance();
        token.text.parse().map_err(|_| self.unexpected(token))
    }

    fn name(&mut self) -> Result<Name<'a>, SoqlError> {
        let token = self.advance();
        if token.kind != TokenKind::Word || is_reserved(token.text) {
            return Err(self.unexpected(token));
        }
        Ok(Name { text: token.text, position: token.position })
    }

    fn peek(&self) -> Token<'a> {
        self.tokens[self.next.min(self.tokens.len() - 1)]
    }

    fn peek_second(&self) -> Token<'a> {
        self.tokens[(self.next + 1).min(self.tokens.len() - 1)]
    }

    fn advance(&mut self) -> Token<'a> {
        let token = self.peek();
        self.next += 1;
        token
    }

    fn take_word(&mut self, word: &str) -> bool {
        let token = self.peek();
        let taken = token.kind == TokenKind::Word && token.text.eq_ignore_ascii_case(word);
        self.next += usize::from(taken);
        taken
    }

    fn take_sign(&mut self, sign: &str) -> bool {
        let token = self.peek();
        let taken = token.kind == TokenKind::Sign && token.text == sign;
        self.next += usize::from(taken);
        taken
    }

    fn expect_word(&mut self, word: &str) -> Result<(), SoqlError> {
        if self.take_word(word) {
            return Ok(());
        }
        Err(self.unexpected(self.peek()))
    }

    fn expect(&mut self, kind: TokenKind, text: &str) -> Result<(), SoqlError> {
        let token = self.advance();
        if token.kind == kind && token.text == text {
            return Ok(());
        }
        Err(self.unexpected(token))
    }

    fn unexpected(&self, token: Token<'_>) -> SoqlError {
        SoqlError::unexpected(self.text, token.position, token.text)
    }
}

fn is_reserved(word: &str) -> bool {
    RESERVED.iter().any(|reserved| word.eq_ignore_ascii_case(reserved))
}
