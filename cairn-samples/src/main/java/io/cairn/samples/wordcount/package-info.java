// SPDX-License-Identifier: Apache-2.0
/** Counts the words of a text by a task service, which goes on after its host was stopped. */
@NullMarked
package io.cairn.samples.wordcount;

import org.jspecify.annotations.NullMarked;
