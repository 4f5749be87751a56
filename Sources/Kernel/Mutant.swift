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
    case definitionKeptAfterFullDisk, toldBeforeDurable, oldTimerStays, timerNotWritten, retriesBeforeDue
    case businessKeyNotTaken, againAlways, amberTakesStarts, receiptsSweptEarly, listShowsOldState
    case flightNotSeen, successorTold
    // What participants say.
    case timeoutMeansNo, lossMeansNo, nonsenseMeansNo, probeRetryMeansDone, distrustForgotten, postponementIgnored
    case workingMovesDeadline, returnedUndoIgnored
    case unknownTakenForNo, staleNoCounts, pivotInDoubtTurnsBack, lateDoneRevives
    // Workers: who is given what, and what is kept of it.
    case strangerBelieved, claimForgotten, undoLaneNotKept, limitIgnored, creditLeaks, leaseKeptOnTimeout, leaseRowStays
    case queueRowStays, orphanNotAdopted, queueForgotten, taskToldOnFullDisk
    // The log and what is read back.
    case snapshotBehind, recoveryDropsLastEvent, versionSkipped, stepEffectLost, causeForgotten

    #if MUTANTS
        // why: set once, before any thread is started
        nonisolated(unsafe) private static var selected: Mutant?

        /// Switches one on, for the whole process; call it before anything runs.
        public static func select(_ mutant: Mutant) { selected = mutant }

        public var isActive: Bool { Mutant.selected == self }
    #else
        @inline(__always) @inlinable public var isActive: Bool { false }
    #endif
}
