//! What stands around every page.

use maud::{DOCTYPE, Markup, html};

use crate::web::assets::address;
use crate::web::session::Session;

/// What a page is.
pub struct Page<'a> {
    /// Its title.
    pub title: &'a str,
    /// The way to it: names and addresses.
    pub trail: &'a [(String, String)],
    /// Where its changes are told.
    pub live: &'a str,
    /// Scripts it needs beside that one.
    pub scripts: &'a [&'a str],
    /// Whether it uses the whole window.
    pub wide: bool,
}

/// A page for somebody who is signed in.
pub fn page(page: &Page<'_>, session: &Session, body: &Markup) -> Markup {
    html! {
        (DOCTYPE)
        html lang="en" {
            (head(page.title, page.scripts, page.wide))
            body.wide[page.wide] data-live=(page.live) data-key=(session.form_key) {
                a.skip href="#main" { "Skip to the content" }
                header.top {
                    nav aria-label="Where you are" {
                        a.home href="/" { (mark()) "Shiage" }
                        @for (name, to) in page.trail { span.sep aria-hidden="true" { "/" } a href=(to) { (name) } }
                    }
                    span #live-state.live role="status" {}
                    @if session.signed_in {
                        form method="post" action="/logout" {
                            (key(session))
                            button.quiet type="submit" { "Sign out" }
                        }
                    }
                }
                main #main { (body) }
            }
        }
    }
}

/// A page for anybody.
pub fn bare(title: &str, body: &Markup) -> Markup {
    html! {
        (DOCTYPE)
        html lang="en" {
            (head(title, &[], false))
            body.bare {
                header.top { nav aria-label="Where you are" { a.home href="/" { (mark()) "Shiage" } } }
                main #main { (body) }
            }
        }
    }
}

fn head(title: &str, scripts: &[&str], wide: bool) -> Markup {
    html! {
        head {
            meta charset="utf-8";
            meta name="viewport" content="width=device-width, initial-scale=1";
            meta name="color-scheme" content="light dark";
            title { (title) " – Shiage" }
            link rel="icon" type="image/svg+xml" href=(address("icon.svg"));
            link rel="stylesheet" href=(address("style.css"));
            @if wide { link rel="stylesheet" href=(address("clip.css")); }
            script type="module" src=(address("live.js")) {}
            @for script in scripts { script type="module" src=(address(script)) {} }
        }
    }
}

fn mark() -> Markup {
    html! { img src=(address("icon.svg")) width="20" height="20" alt=""; }
}

/// What every form sends along.
pub fn key(session: &Session) -> Markup {
    html! { input type="hidden" name="form_key" value=(session.form_key); }
}
