extension FaultDefinition {
    /// The stream comes in crumbs (toxiproxy's `slicer`).
    static let slicer = FaultDefinition(
        link: "slicer", "bytes come in small parts, with a pause between two of them",
        [
            .required("average", .bytes, "the size of a part"),
            .optional("variation", .bytes, "how much larger or smaller a part may be", .bytes(0)),
            .optional("delay", .duration, "the pause", .duration(.microseconds(10))),
        ]
    ) { line, values in
        let bytes = max(1, Int(clamping: values.bytes("average") ?? 1))
        let variation = min(bytes - 1, Int(clamping: values.bytes("variation") ?? 0))
        line.slice = LinkDisturbance.Slice(bytes: bytes, variation: variation, delay: values.duration("delay"))
    }
}
