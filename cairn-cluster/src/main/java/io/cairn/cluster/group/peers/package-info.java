// SPDX-License-Identifier: Apache-2.0
/**
 * The other nodes: who is alive and where, and the questions that nodes ask each other about
 * groups.
 */
@NullMarked
package io.cairn.cluster.group.peers;

import org.jspecify.annotations.NullMarked;
