import { Injectable, OnModuleInit } from '@nestjs/common';
import { ModuleRef } from '@nestjs/core';
import { FeatureRegistry } from '@gatehouse/modules';
import { type CredentialScheme, schemeOf } from './credential-scheme.js';

/** Collects the credential schemes that the features declare. */
@Injectable()
export class CredentialSchemes implements OnModuleInit {
  private all: readonly CredentialScheme[] = [];

  constructor(
    private readonly features: FeatureRegistry,
    private readonly moduleRef: ModuleRef,
  ) {}

  /** Stops the start when a scheme is not a provider. */
  onModuleInit(): void {
    const declared = this.features.declarations.flatMap(({ credentialSchemes }) => credentialSchemes ?? []);
    this.all = declared.map((scheme) => this.moduleRef.get(scheme, { strict: false }));
  }

  /** The schemes that apply to a handler, in the order in which they are tried. */
  of(handler: object): readonly CredentialScheme[] {
    const own = schemeOf(handler);
    return own ? [this.moduleRef.get<CredentialScheme>(own, { strict: false })] : this.all;
  }
}
