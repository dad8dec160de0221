//! The page on which a person logs in and consents. Plain HTML: it works
//! without scripts.

/// A field that the form carries along.
pub(super) struct Hidden<'a> {
    pub(super) name: &'a str,
    pub(super) value: &'a str,
}

/// The page, with what went wrong before.
pub(super) fn page(user: &str, scopes: &str, hidden: &[Hidden<'_>], wrong: Option<&str>) -> String {
    let carried: String = hidden
        .iter()
        .map(|field| {
            format!("<input type=\"hidden\" name=\"{}\" value=\"{}\">", escaped(field.name), escaped(field.value))
        })
        .collect();
    let asked: String = scopes.split(' ').map(|scope| format!("<li>{}</li>", escaped(scope))).collect();
    let wrong = wrong.map(|text| format!("<p role=\"alert\">{}</p>", escaped(text))).unwrap_or_default();
    format!(
        "<!doctype html>\n<html lang=\"en\"><head><meta charset=\"utf-8\"><title>Login | Sandbox</title>\
         <style>body{{font:1rem/1.5 system-ui,sans-serif;max-width:26rem;margin:10vh auto;padding:0 1rem}}\
         label{{display:block;margin:.5rem 0}}input[type=text],input[type=password]{{width:100%}}</style></head>\
         <body><h1>Log in to the sandbox</h1>{wrong}\
         <form method=\"post\" action=\"/services/oauth2/authorize\">{carried}\
         <label>Username <input type=\"text\" name=\"username\" value=\"{}\" autocomplete=\"off\"></label>\
         <label>Password <input type=\"password\" name=\"password\" value=\"sandbox\" autocomplete=\"off\"></label>\
         <p>The app asks for:</p><ul>{asked}</ul>\
         <button type=\"submit\" name=\"decision\" value=\"allow\">Allow</button> \
         <button type=\"submit\" name=\"decision\" value=\"deny\">Deny</button>\
         </form></body></html>\n",
        escaped(user)
    )
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;").replace('\'', "&#39;")
}
