// SPDX-License-Identifier: Apache-2.0
/**
 * What the parts of a node group are given: settings, times, the surroundings and a thread that
 * calls them again and again.
 */
@NullMarked
package io.cairn.cluster.group.context;

import org.jspecify.annotations.NullMarked;
