// SPDX-License-Identifier: Apache-2.0
package io.cairn.cluster.membership;

import java.time.InstantSource;
import java.util.concurrent.Executor;
import java.util.random.RandomGenerator;

/**
 * What the protocol takes from its surroundings.
 *
 * @param timers runs the protocol; closed when it ends
 * @param listeners runs listeners, which may block
 * @param clock tells when this node started
 * @param random chooses whom to talk to
 */
record SwimRuntime(
    SwimTimers timers, Executor listeners, InstantSource clock, RandomGenerator random) {}
