export interface PhoneOwnerQueries {
  /**
   * Names of the people whose own (not backup) phone has this number, two at most: more than one is nobody in
   * particular. A number without a country code has the company's.
   */
  ownersOfPhone(phone: string): Promise<readonly string[]>;
}
