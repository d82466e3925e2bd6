// SPDX-License-Identifier: Apache-2.0
/**
 * Time and network that are drawn from a seed, for all simulations; and several replication nodes
 * in one thread, on a virtual clock, network and disks, all drawn from one seed, with invariants
 * that are checked after every event. {@link io.cairn.cluster.simulation.Simulation} is the place
 * to begin reading.
 */
package io.cairn.cluster.simulation;
