//! Whether everybody can use a page, as axe-core judges, and whether it can be used with keys alone.

use serde_json::Value;

use crate::browser::{Browser, Look, target};

/// Names of what is wrong, and where.
const JUDGE: &str = r"
    const done = arguments[arguments.length - 1];
    const rules = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'];
    axe.run(document, { runOnly: rules, resultTypes: ['violations', 'passes'] }).then(
        ({ passes, violations }) => done(passes.length === 0 ? ['nothing was looked at'] : violations.flatMap(({ id, nodes }) => nodes.map(
            ({ target, failureSummary }) => `${id}: ${target}: ${failureSummary}`))),
        (error) => done([String(error)]));";

/// Elements that can be clicked and never get the focus.
const WITHOUT_KEYS: &str = r"
    const clickable = [...document.querySelectorAll('a, button, select, input, summary, [onclick]')];
    return clickable.filter((element) => element.checkVisibility({ visibilityProperty: true }) && !element.disabled)
        .filter((element) => element.tabIndex < 0 || (element.nodeName === 'A' && !element.hasAttribute('href')))
        .map((element) => element.outerHTML);";

/// Looks at the page in every look, keeps pictures of it, and fails on what somebody could not use.
pub async fn check(browser: &Browser, name: &str) {
    let axe = target().join("axe.min.js");
    let axe = std::fs::read_to_string(&axe)
        .unwrap_or_else(|error| panic!("{}: {error}: tests/run fetches it", axe.display()));
    browser.now(&format!("{axe}; return true;")).await;
    for look in Look::ALL {
        browser.looks_like(look).await;
        browser.picture(&format!("{name}-{}-{}", look.scheme, look.width)).await;
        let found = browser.client.execute_async(JUDGE, Vec::new()).await.unwrap();
        assert_eq!(found, Value::Array(Vec::new()), "{name}, {look:?}: {found:#}");
        let wider = browser.now("return document.documentElement.scrollWidth > innerWidth").await;
        assert_eq!(wider, Value::Bool(false), "{name}, {look:?}: wider than the window");
    }
    assert_eq!(browser.now(WITHOUT_KEYS).await, Value::Array(Vec::new()), "{name}");
    browser.looks_like(Look::ALL[0]).await;
}
