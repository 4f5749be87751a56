import Kernel

/// An aggregate's place in the cache: changed where it stands, so that folding into a large state copies nothing.
final class ResidentAggregate: Weighed {
    @exclusivity(unchecked)
    var loaded: LoadedAggregate
    /// Where it stands among what the turn that runs has touched; nil when it has not.
    var place: Int?

    init(_ loaded: LoadedAggregate) { self.loaded = loaded }

    var weight: Int { loaded.weight }
}
