// SPDX-License-Identifier: Apache-2.0
/**
 * The cluster as an application sees it: which nodes are there, whether they are enough, what
 * happens among them, messages between them and the attributes that they share.
 */
@NullMarked
package io.cairn.cluster.application;

import org.jspecify.annotations.NullMarked;
