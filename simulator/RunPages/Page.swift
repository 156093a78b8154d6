/// An HTML file that needs nothing beside it.
enum Page {
    /// - Parameter data: JSON, for whoever reads the page by program.
    static func text(title: String, body: [String], data: String) -> String {
        """
        <!DOCTYPE html>
        <html lang="en">
        <head>
        <meta charset="utf-8">
        <meta name="viewport" content="width=device-width,initial-scale=1">
        <meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'; img-src data:">
        <title>\(Markup.escaped(title))</title>
        <style>
        \(PageStyle.css)
        </style>
        </head>
        <body>
        \(PageStyle.patterns)
        \(body.filter { !$0.isEmpty }.joined(separator: "\n"))
        <script type="application/json" id="data">
        \(withoutTags(data))
        </script>
        </body>
        </html>

        """
    }

    /// In JSON a `<` stands in texts only, and may be told by its number: no text ends the script.
    private static func withoutTags(_ json: String) -> String {
        json.split(separator: "<", omittingEmptySubsequences: false).joined(separator: #"\u003c"#)
    }
}
