// SPDX-License-Identifier: Apache-2.0
/**
 * Stateful services at work: one instance per document that is in use, its mailbox, and the
 * pipeline that takes an update from the mailbox through the author's handler into the log.
 */
@NullMarked
package io.cairn.runtime.stateful;

import org.jspecify.annotations.NullMarked;
