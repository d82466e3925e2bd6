// SPDX-License-Identifier: Apache-2.0
/**
 * What guards elections: who may stand, which votes are refused, and how long a leader is sure of
 * its lead.
 */
@NullMarked
package io.cairn.cluster.raft.election;

import org.jspecify.annotations.NullMarked;
