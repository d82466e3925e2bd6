// SPDX-License-Identifier: Apache-2.0
/** Services that run a piece of work to its end, step by step. */
@NullMarked
package io.cairn.service.tasks;

import org.jspecify.annotations.NullMarked;
