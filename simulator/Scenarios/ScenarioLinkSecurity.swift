/// How the links between the CE and the cards of a shelf are guarded.
package enum ScenarioLinkSecurity: String, CaseIterable, Sendable {
    /// Mutual TLS 1.3, with certificates that the simulator makes for the run.
    case tls
    case clear
}
