// SPDX-License-Identifier: Apache-2.0
/** Constraints of {@code jakarta.validation} on documents and bodies. */
@NullMarked
package io.cairn.service.validation;

import org.jspecify.annotations.NullMarked;
