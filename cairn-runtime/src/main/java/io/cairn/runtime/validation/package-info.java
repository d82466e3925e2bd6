// SPDX-License-Identifier: Apache-2.0
/** Checks the constraints of documents and bodies by Hibernate Validator (ADR 25). */
@NullMarked
package io.cairn.runtime.validation;

import org.jspecify.annotations.NullMarked;
