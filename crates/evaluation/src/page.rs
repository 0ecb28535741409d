const STYLE: &str = "\
body { font: 15px/1.5 system-ui, sans-serif; color: #262626; background: #fff; max-width: 60rem; margin: 2rem auto; padding: 0 1rem }
h1 { font-size: 1.5rem } h2 { font-size: 1.1rem; margin: 2rem 0 .5rem }
svg { max-width: 100%; height: auto } .wide { overflow-x: auto }
table { border-collapse: collapse; font-variant-numeric: tabular-nums }
th, td { text-align: left; padding: .3rem 1rem .3rem 0; border-bottom: 1px solid #e2e2e2; white-space: nowrap }
th { font-weight: 600 } dt { font-weight: 600 } dd { margin: 0 0 .4rem }";

/// A page that needs no other file.
pub(crate) struct Page<'a> {
    pub title: &'a str,
    pub summary: &'a str,
    /// Tables and pictures, as HTML.
    pub body: &'a str,
    /// Each figure's name and what it says.
    pub explanations: Vec<(String, String)>,
}

impl Page<'_> {
    pub(crate) fn to_html(&self) -> String {
        let title = escaped(self.title);
        let summary = escaped(self.summary);
        let explanations: String = self
            .explanations
            .iter()
            .map(|(name, text)| format!("<dt>{}</dt><dd>{}</dd>\n", escaped(name), escaped(text)))
            .collect();
        format!(
            "<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n\
             <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n\
             <title>{title}</title>\n<style>\n{STYLE}\n</style>\n</head>\n<body>\n<h1>{title}</h1>\n<p>{summary}.</p>\n\
             {}<h2>What the figures say</h2>\n<dl>\n{explanations}</dl>\n</body>\n</html>\n",
            self.body,
        )
    }
}

pub(crate) fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}
