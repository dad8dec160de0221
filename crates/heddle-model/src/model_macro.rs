//! The one declaration of an object.

/// The name of a field whose identifier had to be written `r#type`.
pub(crate) const fn plain(name: &'static str) -> &'static str {
    match name.as_bytes() {
        [b'r', b'#', ..] => name.split_at(2).1,
        _ => name,
    }
}

/// Makes the typed keys, the model order, the metadata and the plain struct
/// of an object. A line reads `KEY name: Kind = Role;` below its description;
/// the fields that every object has are added around the given ones.
macro_rules! model {
    (
        $(#[doc = $about:literal])+
        object $object:ident;
        $($fields:tt)+
    ) => {
        model! { @all $object [$($about)+]
            /// The CRM's own id of the record.
            ID id: Id = Id;
            /// Equal to `id`.
            REMOTE_ID remote_id: Id = RemoteId;
            /// The object's name.
            OBJECT object: Text = Object;
            /// The connection that the record was read through.
            CONNECTION_ID connection_id: Text = Connection;
            /// The CRM's id in this API.
            PROVIDER provider: Text = Provider;
            /// A link to the record in the CRM's own pages.
            URL url: Text = Url;
            /// When the record was made, by the CRM's clock.
            CREATED_AT created_at: Timestamp = Created;
            /// When the record last changed, by the CRM's clock; changes made
            /// by the CRM itself count.
            UPDATED_AT updated_at: Timestamp = Modified;
            /// The user who made the record.
            CREATED_BY_ID created_by_id: Ref(refs::User) = Read;
            /// The user who changed it last.
            UPDATED_BY_ID updated_by_id: Ref(refs::User) = Read;
            /// The last activity on the record: a date where the CRM keeps
            /// only the day, otherwise a timestamp.
            LAST_ACTIVITY_AT last_activity_at: DateOrTime = Read;
            /// Whether the record is in the CRM's bin.
            IS_DELETED is_deleted: Bool = Deleted;
            /// The record that this one was merged into.
            MERGED_INTO_ID merged_into_id: Ref(refs::$object) = Read;
            $($fields)+
            /// The fields that this CRM account added, by the CRM's keys.
            CUSTOM_FIELDS custom_fields: Map = Custom;
            /// Fields under the operator's own names; present only when the
            /// connection has a field mapping.
            MAPPED_FIELDS mapped_fields: Map = Mapped;
            /// The record as the CRM sent it; only with `include_raw`.
            RAW raw: Json = Raw;
        }
    };

    (@all $object:ident [$($about:literal)+]
        $($(#[doc = $doc:literal])+ $key:ident $name:ident: $kind:ident $(($($arg:tt)+))? = $role:ident;)+
    ) => {
        #[allow(non_camel_case_types, clippy::upper_case_acronyms)]
        enum Index { $($key),+ }

        $(
            $(#[doc = $doc])+
            pub const $key: Field<$kind $(<$($arg)+>)?> =
                Field::whole(Index::$key as u8, plain(stringify!($name)));
        )+

        /// The fields in the order they are written.
        pub const MODEL: &Model = &Model::new(Object::$object, &[$(
            FieldInfo {
                name: plain(stringify!($name)),
                kind: <$kind $(<$($arg)+>)? as Marker>::KIND,
                role: Role::$role,
                doc: concat!($($doc),+).trim_ascii(),
            }
        ),+]);

        model! { @struct $object [$($about)+] {}
            $($(#[doc = $doc])+ $name: $kind $(($($arg)+))?;)+
        }
    };

    // The struct, one field after the other: the storage type depends on the
    // kind, and derives see only types that are written out.
    (@struct $object:ident [$($about:literal)+] { $($done:tt)* }) => {
        $(#[doc = $about])+
        #[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, ToSchema)]
        #[serde(deny_unknown_fields)]
        pub struct $object { $($done)* }
    };
    (@struct $o:ident $a:tt { $($done:tt)* } $(#[doc = $d:literal])+ $n:ident: Text; $($rest:tt)*) => {
        model! { @push $o $a { $($done)* } [$($d)+] [] $n String; $($rest)* }
    };
    (@struct $o:ident $a:tt { $($done:tt)* } $(#[doc = $d:literal])+ $n:ident: Id; $($rest:tt)*) => {
        model! { @push $o $a { $($done)* } [$($d)+] [] $n String; $($rest)* }
    };
    (@struct $o:ident $a:tt { $($done:tt)* } $(#[doc = $d:literal])+ $n:ident: Ref($t:ty); $($rest:tt)*) => {
        model! { @push $o $a { $($done)* } [$($d)+] [] $n String; $($rest)* }
    };
    (@struct $o:ident $a:tt { $($done:tt)* } $(#[doc = $d:literal])+ $n:ident: Timestamp; $($rest:tt)*) => {
        model! { @push $o $a { $($done)* } [$($d)+] [#[schema(format = DateTime)]] $n String; $($rest)* }
    };
    (@struct $o:ident $a:tt { $($done:tt)* } $(#[doc = $d:literal])+ $n:ident: Date; $($rest:tt)*) => {
        model! { @push $o $a { $($done)* } [$($d)+] [#[schema(format = Date)]] $n String; $($rest)* }
    };
    (@struct $o:ident $a:tt { $($done:tt)* } $(#[doc = $d:literal])+ $n:ident: DateOrTime; $($rest:tt)*) => {
        model! { @push $o $a { $($done)* } [$($d)+] [#[schema(format = "date-or-date-time")]] $n String; $($rest)* }
    };
    (@struct $o:ident $a:tt { $($done:tt)* } $(#[doc = $d:literal])+ $n:ident: Bool; $($rest:tt)*) => {
        model! { @push $o $a { $($done)* } [$($d)+] [] $n bool; $($rest)* }
    };
    (@struct $o:ident $a:tt { $($done:tt)* } $(#[doc = $d:literal])+ $n:ident: Int; $($rest:tt)*) => {
        model! { @push $o $a { $($done)* } [$($d)+] [] $n i64; $($rest)* }
    };
    (@struct $o:ident $a:tt { $($done:tt)* } $(#[doc = $d:literal])+ $n:ident: Decimal; $($rest:tt)*) => {
        model! { @push $o $a { $($done)* } [$($d)+] [] $n String; $($rest)* }
    };
    (@struct $o:ident $a:tt { $($done:tt)* } $(#[doc = $d:literal])+ $n:ident: Money; $($rest:tt)*) => {
        model! { @push $o $a { $($done)* } [$($d)+] [] $n Money; $($rest)* }
    };
    (@struct $o:ident $a:tt { $($done:tt)* } $(#[doc = $d:literal])+ $n:ident: Enum($t:ident); $($rest:tt)*) => {
        model! { @push $o $a { $($done)* } [$($d)+] [] $n $t; $($rest)* }
    };
    (@struct $o:ident $a:tt { $($done:tt)* } $(#[doc = $d:literal])+ $n:ident: List(Text); $($rest:tt)*) => {
        model! { @push $o $a { $($done)* } [$($d)+] [] $n Vec<String>; $($rest)* }
    };
    (@struct $o:ident $a:tt { $($done:tt)* } $(#[doc = $d:literal])+ $n:ident: List(Ref<$t:ty>); $($rest:tt)*) => {
        model! { @push $o $a { $($done)* } [$($d)+] [] $n Vec<String>; $($rest)* }
    };
    (@struct $o:ident $a:tt { $($done:tt)* } $(#[doc = $d:literal])+ $n:ident: List($t:ident); $($rest:tt)*) => {
        model! { @push $o $a { $($done)* } [$($d)+] [] $n Vec<$t>; $($rest)* }
    };
    (@struct $o:ident $a:tt { $($done:tt)* } $(#[doc = $d:literal])+ $n:ident: Named($t:ty); $($rest:tt)*) => {
        model! { @push $o $a { $($done)* } [$($d)+] [] $n NamedReference; $($rest)* }
    };
    (@struct $o:ident $a:tt { $($done:tt)* } $(#[doc = $d:literal])+ $n:ident: Map; $($rest:tt)*) => {
        model! { @push $o $a { $($done)* } [$($d)+] [#[schema(value_type = Option<std::collections::HashMap<String, serde_json::Value>>)]] $n serde_json::Map<String, serde_json::Value>; $($rest)* }
    };
    (@struct $o:ident $a:tt { $($done:tt)* } $(#[doc = $d:literal])+ $n:ident: Json; $($rest:tt)*) => {
        model! { @push $o $a { $($done)* } [$($d)+] [] $n serde_json::Value; $($rest)* }
    };
    (@push $o:ident $a:tt { $($done:tt)* } [$($d:literal)+] [$($schema:tt)*] $n:ident $t:ty; $($rest:tt)*) => {
        model! { @struct $o $a {
            $($done)*
            $(#[doc = $d])+
            $($schema)*
            pub $n: Option<$t>,
        } $($rest)* }
    };
}
