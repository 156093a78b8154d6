package import Runtime

/// Puts `connection` behind a link with `settings`.
///
///     let (connection, link) = linked(accepted, settings, loop: loop)
///     group.addTask { await link?.pump() }
///
/// - Returns: what to use in its place, and the link whose pump the caller runs; with unlimited settings and no conditions the
///   connection itself and nil.
package func linked(
    _ connection: any Connection, _ settings: LinkSettings, conditions: LinkConditions? = nil, isCardEnd: Bool = true,
    loop: any Loop
) -> (connection: any Connection, link: LinkedConnection?) {
    guard settings != .unlimited || conditions != nil else { return (connection, nil) }
    let link = LinkedConnection(connection, settings, conditions: conditions, isCardEnd: isCardEnd, loop: loop)
    return (link, link)
}
