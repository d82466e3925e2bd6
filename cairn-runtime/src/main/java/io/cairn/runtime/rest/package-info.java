// SPDX-License-Identifier: Apache-2.0
/** Between HTTP messages and operations. */
@NullMarked
package io.cairn.runtime.rest;

import org.jspecify.annotations.NullMarked;
