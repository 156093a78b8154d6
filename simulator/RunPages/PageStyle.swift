/// What all pages look like: light and dark, and in black and white by patterns.
enum PageStyle {
    static let css = """
        :root{color-scheme:light dark;--paper:#fff;--ink:#1a1a1a;--faint:#666;--rule:#ccc;--panel:#f4f4f2;--good:#1a6b2f;--bad:#a51d1d;
        --sending:#8fb8de;--card:#2f5d8a;--pool:#f0a830;--server:#e8e0c8;--verifying:#7d5ba6;--catching:#3c9d8f;--lost:#c0392b;--start:#d9d9d9}
        @media (prefers-color-scheme:dark){:root{--paper:#16181b;--ink:#e8e6e3;--faint:#a5a29d;--rule:#3c4046;--panel:#22262b;--good:#6fcf86;
        --bad:#ff8a80;--sending:#a9cdf0;--card:#4d86bd;--pool:#d98e1f;--server:#57503c;--verifying:#a98bd0;--catching:#4fb8a8;--lost:#e0665a;--start:#4a4f56}}
        *{box-sizing:border-box}
        body{margin:0 auto;max-width:1100px;padding:1rem;background:var(--paper);color:var(--ink);font:15px/1.5 system-ui,sans-serif}
        h1{font-size:1.4rem;margin:.2rem 0}h2{font-size:1.1rem;margin:2rem 0 .5rem;border-bottom:1px solid var(--rule)}h3{font-size:1rem;margin:1rem 0 .3rem}
        .verdict{font-size:1.1rem;padding:.6rem .9rem;border-left:.5rem solid var(--good);background:var(--panel);margin:.5rem 0}
        .verdict.failed{border-left-color:var(--bad);border-left-style:double}
        .tiles{display:flex;flex-wrap:wrap;gap:.5rem;padding:0;margin:.8rem 0;list-style:none}
        .tiles li{flex:1 1 8.5rem;background:var(--panel);padding:.5rem .7rem}.tiles b{display:block;font-size:1.25rem}.tiles span{color:var(--faint);font-size:.85rem}
        .note{color:var(--faint);font-size:.9rem}code,pre{font:13px/1.4 ui-monospace,monospace;overflow-wrap:anywhere;white-space:pre-wrap}
        pre{background:var(--panel);padding:.6rem}
        svg{display:block;width:100%;overflow:visible}svg.swatch{display:inline-block;width:24px;height:14px;margin-right:.4rem;vertical-align:-2px;border:1px solid var(--rule)}
        .legend{display:flex;flex-wrap:wrap;gap:.1rem 1.1rem;list-style:none;padding:0;margin:.3rem 0 1.1rem;font-size:.9rem}.symbol{margin-right:.4rem}
        .lanes{display:flex;gap:.5rem;margin-bottom:1.6rem}.names{flex:0 0 5.2rem;position:relative;font-size:.8rem;text-align:right;color:var(--faint)}
        .names span{display:block;height:18px;line-height:18px;right:0;white-space:nowrap}.small .names span{height:12px;line-height:12px;font-size:.65rem}
        .names.scale{display:flex;flex-direction:column;justify-content:space-between;height:120px}
        .plot{position:relative;flex:1;min-width:0}.axis{position:relative;height:1.2rem;font-size:.8rem;color:var(--faint);border-top:1px solid var(--ink)}
        .axis span{position:absolute;white-space:nowrap}.grid{stroke:var(--rule);stroke-width:1;vector-effect:non-scaling-stroke;fill:none}
        .mark{position:absolute;transform:translateX(-50%);line-height:18px;font-size:14px;font-weight:bold;text-shadow:0 0 3px var(--paper),0 0 3px var(--paper),0 0 3px var(--paper)}
        .rule{position:absolute;top:0;bottom:1.2rem;border-left:1px dashed var(--ink)}
        .line{fill:none;stroke:var(--ink);stroke-width:2;vector-effect:non-scaling-stroke}.l-2{stroke-dasharray:8 5}.l-3{stroke-dasharray:2 3;stroke-width:2.5}.l-4{stroke-dasharray:12 3 2 3}.l-5{stroke-width:4;stroke-opacity:.5}
        .knee{font-size:18px}.area{fill:var(--sending);fill-opacity:.55;stroke:none}
        .bar{display:grid;grid-template-columns:minmax(4.5rem,11rem) 1fr minmax(4.5rem,13rem);gap:.5rem;align-items:center;font-size:.85rem;margin:2px 0}
        .barname{text-align:right;color:var(--faint)}
        .b-bound{fill:url(#p-server)}.b-run{fill:var(--card)}.b-serial{fill:var(--sending)}
        .wear{fill:var(--ink)}.cell{stroke:var(--rule);vector-effect:non-scaling-stroke}
        .wide{overflow-x:auto}table{border-collapse:collapse;font-size:.85rem;margin:.5rem 0}td,th{padding:.15rem .7rem .15rem 0;text-align:left;vertical-align:top}
        .n{text-align:right}details{margin:.4rem 0}summary{cursor:pointer}
        .a-connecting{fill:url(#p-connecting)}.a-preparing{fill:url(#p-preparing)}.a-sending{fill:var(--sending)}.a-server{fill:url(#p-server)}.a-pool{fill:url(#p-pool)}
        .a-card{fill:var(--card)}.a-verifying{fill:url(#p-verifying)}.a-catching-up{fill:url(#p-catching)}.a-lost{fill:url(#p-lost)}.a-activating{fill:url(#p-activating)}
        @media (max-width:600px){body{padding:.5rem;font-size:14px}.bar{grid-template-columns:5rem 1fr 5.5rem}.names{flex-basis:3.4rem}}
        @media print{details{display:none}body{max-width:none}}
        """

    /// Fills that differ without colours, too.
    static let patterns: String = {
        func pattern(_ name: String, _ ground: String, _ size: Int, _ lines: String) -> String {
            "<pattern id=\"p-\(name)\" width=\"\(size)\" height=\"\(size)\" patternUnits=\"userSpaceOnUse\">"
                + "<rect width=\"\(size)\" height=\"\(size)\" style=\"fill:var(--\(ground))\"/>"
                + "<path d=\"\(lines)\" style=\"stroke:var(--ink);stroke-width:1;fill:none\"/></pattern>"
        }
        return "<svg width=\"0\" height=\"0\" style=\"position:absolute\" aria-hidden=\"true\"><defs>"
            + pattern("connecting", "start", 8, "M3 4h2") + pattern("preparing", "start", 4, "M1 2h2")
            + pattern("server", "server", 6, "M3 0v6") + pattern("pool", "pool", 8, "M0 8L8 0M-2 2L2 -2M6 10L10 6")
            + pattern("verifying", "verifying", 4, "M0 2h4") + pattern("catching", "catching", 8, "M0 0L8 8M8 0L0 8")
            + pattern("lost", "lost", 6, "M0 3h6M3 0v6")
            + pattern("activating", "start", 8, "M0 0L8 8M-2 6L2 10M6 -2L10 2")
            + "</defs></svg>"
    }()
}
