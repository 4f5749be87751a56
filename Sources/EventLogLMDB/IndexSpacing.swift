/// Which entries of a stream the index names: the newest, and on the way there one in so many versions. Those between are found by
/// the place of the entry before, which each record holds.
///
///     1 ···· 64 ····· 128 ····· 192 ·· newest
///
/// Naming each would make a stream's rows fill pages of their own, and folding copies a page for each stream it adds to.
enum IndexSpacing {
    /// How far apart rows stay. Whoever looks between two reads at most so many records more.
    static let versions: UInt64 = 64

    struct Change: Equatable {
        /// The row that was the newest is named no longer.
        var removesNewest = false
        var added: [StreamHit] = []
    }

    /// What entries behind a stream's newest row make of its rows. `newest` is that row, `kept` the one before it; `hits` is without gaps, and
    /// what of it is no newer has been put before.
    static func change(after kept: StreamHit?, _ newest: StreamHit?, adding hits: [StreamHit]) -> Change {
        var change = Change()
        let known = newest?.firstVersion ?? 0
        guard let last = hits.last, last.firstVersion > known else { return change }
        var row = kept?.firstVersion ?? 0
        if newest != nil {
            change.removesNewest = known - row < versions
            if !change.removesNewest { row = known }
        }
        for hit in hits where hit.firstVersion > known && (hit.firstVersion - row >= versions || hit == last) {
            change.added.append(hit)
            row = hit.firstVersion
        }
        return change
    }
}
