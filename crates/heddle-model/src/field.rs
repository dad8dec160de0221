//! Typed field keys: where a common field stands and what kind it has.

use std::fmt;
use std::marker::PhantomData;

use crate::info::{Kind, PartInfo, PartRole};
use crate::object::refs::Target;
use crate::values::ListItem;
use crate::words::CommonEnum;

/// Where a value stands in its model: the field, and for lists and groups the
/// item and the part.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Place {
    /// Index in [`crate::Model::fields`].
    pub field: u8,
    /// 0 outside lists; in a list 1 + the index of the item's kind.
    pub item: u8,
    /// 0 for the whole field; otherwise 1 + the index of the part.
    pub part: u8,
}

impl Place {
    /// Whether both places are the same. `==` is not callable in constants.
    pub const fn same(self, other: Place) -> bool {
        self.field == other.field && self.item == other.item && self.part == other.part
    }
}

/// The key of a common field. `T` is a marker of its kind, so that a codec of
/// another kind does not compile beside it.
pub struct Field<T> {
    place: Place,
    name: &'static str,
    marker: PhantomData<fn() -> T>,
}

impl<T> Field<T> {
    /// A key; made by the model declarations only.
    pub(crate) const fn new(place: Place, name: &'static str) -> Field<T> {
        Field { place, name, marker: PhantomData }
    }

    /// The key of a whole field.
    pub(crate) const fn whole(field: u8, name: &'static str) -> Field<T> {
        Field::new(Place { field, item: 0, part: 0 }, name)
    }

    /// A part of this field, as another key.
    pub(crate) const fn at<P>(self, item: u8, part: u8) -> Field<P> {
        let field = self.place.field;
        Field::new(Place { field, item, part }, self.name)
    }

    /// Where the value stands.
    pub const fn place(self) -> Place {
        self.place
    }

    /// The field's name; for a part, the name of the list or group.
    pub const fn field_name(self) -> &'static str {
        self.name
    }
}

// By hand, because derives would ask the marker to be `Copy` and `Debug` too.
impl<T> Clone for Field<T> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<T> Copy for Field<T> {}

impl<T> fmt::Debug for Field<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {:?}", self.name, self.place)
    }
}

/// A kind of value as a type.
pub trait Marker {
    /// The same as data.
    const KIND: Kind;
}

macro_rules! scalars {
    ($($(#[$doc:meta])+ $name:ident),+ $(,)?) => {$(
        $(#[$doc])+
        #[derive(Debug)]
        pub enum $name {}
        impl Marker for $name {
            const KIND: Kind = Kind::$name;
        }
    )+};
}

scalars! {
    /// Text.
    Text,
    /// The record's own id.
    Id,
    /// RFC 3339 in UTC.
    Timestamp,
    /// `YYYY-MM-DD`.
    Date,
    /// A date or a timestamp, as precise as the provider is.
    DateOrTime,
    /// `true` or `false`.
    Bool,
    /// A whole number.
    Int,
    /// A decimal number in a string.
    Decimal,
    /// A JSON number.
    Number,
    /// An object with keys that the model does not know.
    Map,
    /// Any JSON.
    Json,
}

/// The id of a record of `O`.
#[derive(Debug)]
pub struct Ref<O>(PhantomData<fn() -> O>);

impl<O: Target> Marker for Ref<O> {
    const KIND: Kind = Kind::Ref(O::OBJECT);
}

/// One of the words of `E`.
#[derive(Debug)]
pub struct Enum<E>(PhantomData<fn() -> E>);

impl<E: CommonEnum> Marker for Enum<E> {
    const KIND: Kind = Kind::Enum(E::NAMES);
}

/// A list of `I`.
#[derive(Debug)]
pub struct List<I>(PhantomData<fn() -> I>);

impl<I: ListItem> Marker for List<I> {
    const KIND: Kind = Kind::List(&I::INFO);
}

/// `{id, name}` of a record of `O`.
#[derive(Debug)]
pub struct Named<O>(PhantomData<fn() -> O>);

impl<O: Target> Named<O> {
    const PARTS: &'static [PartInfo] = &[
        PartInfo { name: "id", kind: Kind::Ref(O::OBJECT), role: PartRole::Row },
        PartInfo { name: "name", kind: Kind::Text, role: PartRole::Row },
    ];
}

impl<O: Target> Marker for Named<O> {
    const KIND: Kind = Kind::Named(O::OBJECT, Named::<O>::PARTS);
}

impl<O: Target> Field<Named<O>> {
    /// The id of the record pointed at.
    pub const fn id(self) -> Field<Ref<O>> {
        self.at(0, 1)
    }

    /// Its name.
    pub const fn name(self) -> Field<Text> {
        self.at(0, 2)
    }
}
