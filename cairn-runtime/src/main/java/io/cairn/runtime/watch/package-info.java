// SPDX-License-Identifier: Apache-2.0
/**
 * Watching: live feeds of documents that go on where they were left, on any node (ADR 43). {@link
 * io.cairn.runtime.watch.Watches} begins them.
 */
@NullMarked
package io.cairn.runtime.watch;

import org.jspecify.annotations.NullMarked;
