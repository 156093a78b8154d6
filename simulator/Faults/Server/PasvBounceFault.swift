extension FaultDefinition {
    /// The server points elsewhere.
    static let pasvBounce = FaultDefinition(
        server: "pasv_bounce", "names another host for the data connection (PASV)", isLasting: true
    ) { server, _ in server.hasForeignPassiveAddress = true }
}
