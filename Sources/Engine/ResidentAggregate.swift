import Kernel

/// An aggregate's place in the cache: changed where it stands, so that folding into a large state copies nothing.
final class ResidentAggregate {
    var loaded: LoadedAggregate

    init(_ loaded: LoadedAggregate) { self.loaded = loaded }
}
