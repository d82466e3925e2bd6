// SPDX-License-Identifier: Apache-2.0
/** The exceptions by which a handler chooses status and message of its answer. */
@NullMarked
package io.cairn.service.failure;

import org.jspecify.annotations.NullMarked;
