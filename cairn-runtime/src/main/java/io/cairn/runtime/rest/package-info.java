// SPDX-License-Identifier: Apache-2.0
/** Turns HTTP requests into operations, and operations of services into HTTP requests to others. */
@NullMarked
package io.cairn.runtime.rest;

import org.jspecify.annotations.NullMarked;
