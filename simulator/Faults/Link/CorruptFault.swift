extension FaultDefinition {
    /// Bytes come other than they were sent.
    static let corrupt = FaultDefinition(
        link: "corrupt", "bytes come other than they were sent: the checksums must find it",
        [
            .optional(
                "probability", .share, "that one byte of a part of the stream is spoiled; parts are up to 64 KiB long",
                .number(0)),
            .optional("byte", .bytes, "spoil this one, counted from the fault's beginning"),
        ]
    ) { line, values in
        line.corruptProbability = max(line.corruptProbability, values.number("probability"))
        line.corruptByte = values.bytes("byte") ?? line.corruptByte
    }
}
