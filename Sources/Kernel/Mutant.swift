/// Deliberate bugs, one of which can be switched on when the package is built with the trait `Mutants`: the simulator is run
/// against each, and must find it. Without the trait `isActive` is the constant false, and nothing of them is compiled in.
public enum Mutant: String, Sendable, CaseIterable {
    // The saga's plan and fold.
    case undoBeforeDependants, failedCountsAsFinished, skippedPivotDoesNotCount, refusedIsUndone, conditionInverted
    case deadlineIgnored, cancelIgnored, oneAttemptTooMany, delayDoesNotGrow, everyRefusalIsRetried
    case repairForgivesNothing, waiverLeavesStuck, sleepRunsOn, trackedVersionIsOld, optionalFailureTurnsBack
    case stuckIsForgotten, undoRefusalEndsUndone
    // The engine: receipts, batches, tables, time.
    case receiptNotStored, receiptIgnoresContent, refusalNotRemembered, expectedVersionIgnored, cacheKeptAfterFullDisk
    case definitionKeptAfterFullDisk, toldBeforeDurable, oldTimerStays, timerNotWritten, timersFireEarly
    case businessKeyNotTaken, againAlways, amberTakesStarts, receiptsSweptEarly, listShowsOldState
    // The log and what is read back.
    case snapshotBehind, recoveryDropsLastEvent, versionSkipped, stepEffectLost, causeForgotten

    #if MUTANTS
        private static let selected = Selected()

        /// Switches one on, for the whole process; call it before anything runs.
        public static func select(_ mutant: Mutant) { selected.index.store(mutant.index, ordering: .relaxed) }

        public var isActive: Bool { Mutant.selected.index.load(ordering: .relaxed) == index }

        private var index: Int { Mutant.allCases.firstIndex(of: self) ?? 0 }
    #else
        @inline(__always) @inlinable public var isActive: Bool { false }
    #endif
}

#if MUTANTS
    import Synchronization

    private final class Selected: Sendable {
        let index = Atomic(-1)
    }
#endif
