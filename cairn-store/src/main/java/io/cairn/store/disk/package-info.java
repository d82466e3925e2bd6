// SPDX-License-Identifier: Apache-2.0
/**
 * The files of a store: what marks and verifies them, and what happens when they are damaged or the
 * disk has no room.
 */
@NullMarked
package io.cairn.store.disk;

import org.jspecify.annotations.NullMarked;
