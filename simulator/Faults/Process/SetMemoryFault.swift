extension FaultDefinition {
    /// The operator changes the CE's budget.
    static let setMemory = FaultDefinition(
        "set_memory", .process, "is given another budget for its pools (`ce set memory`)",
        [.required("to", .bytes, "the new budget")], isMomentary: true
    ) { values in .process(.setMemory(bytes: values.bytes("to") ?? 0)) }
}
