// SPDX-License-Identifier: Apache-2.0
/** The paths that every host has, and the rules for those that authors choose. */
@NullMarked
package io.cairn.service.uri;

import org.jspecify.annotations.NullMarked;
