// SPDX-License-Identifier: Apache-2.0
/** A task in steps: counting words. */
@NullMarked
package io.cairn.samples.wordcount;

import org.jspecify.annotations.NullMarked;
