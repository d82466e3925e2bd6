// SPDX-License-Identifier: Apache-2.0
/** What clients saw of documents, and whether one order of everything explains it. */
@NullMarked
package io.cairn.testkit.history;

import org.jspecify.annotations.NullMarked;
