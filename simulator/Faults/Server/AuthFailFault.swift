extension FaultDefinition {
    /// The server lets nobody in.
    static let authFail = FaultDefinition(
        server: "auth_fail", "refuses the login (530; HTTP: 401)", isLasting: true
    ) { server, _ in server.refusesLogin = true }
}
