// SPDX-License-Identifier: Apache-2.0
package io.cairn.cluster.membership;

import java.time.InstantSource;
import java.util.concurrent.Executor;
import java.util.random.RandomGenerator;
import reactor.core.scheduler.Scheduler;

/**
 * What the protocol takes from its surroundings.
 *
 * @param scheduler one thread with timers, which runs the protocol; disposed of when it ends
 * @param listeners runs listeners, which may block
 * @param clock tells when this node started
 * @param random chooses seeds
 */
record SwimRuntime(
    Scheduler scheduler, Executor listeners, InstantSource clock, RandomGenerator random) {}
