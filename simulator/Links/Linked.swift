package import Runtime

/// Puts `connection` behind a link with `settings`.
///
///     let (connection, link) = linked(accepted, settings, loop: loop)
///     group.addTask { await link?.pump() }
///
/// - Returns: what to use in its place, and the link whose pump the caller runs; with unlimited settings the connection
///   itself and nil.
package func linked(
    _ connection: any Connection, _ settings: LinkSettings, loop: any Loop
) -> (connection: any Connection, link: LinkedConnection?) {
    guard settings != .unlimited else { return (connection, nil) }
    let link = LinkedConnection(connection, settings, loop: loop)
    return (link, link)
}
