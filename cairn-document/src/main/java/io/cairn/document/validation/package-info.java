// SPDX-License-Identifier: Apache-2.0
/** What is wrong with a value from outside, field by field, and the exception that carries it. */
@NullMarked
package io.cairn.document.validation;

import org.jspecify.annotations.NullMarked;
